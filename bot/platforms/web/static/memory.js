// What this browser remembers: conversations, each under a key of its own so that two tabs don't
// overwrite each other's, and what is being typed. Where storage is off or full, less is kept.

const CONVERSATION = "coach.conversation.";
const DRAFT = "coach.draft.";

/** Every remembered conversation, oldest first. */
export function conversations() {
  const found = keys().map((key) => parse(localStorage.getItem(key)));
  return found.filter(Boolean).sort((one, other) => one.startedAt - other.startedAt);
}

export function keep(conversation) {
  const others = conversations().filter(({ id }) => id !== conversation.id);
  const text = JSON.stringify(conversation);
  while (!tried(() => localStorage.setItem(CONVERSATION + conversation.id, text))) {
    const oldest = others.shift();
    if (!oldest) return;
    drop(oldest.id);
  }
}

export function drop(id) {
  tried(() => localStorage.removeItem(CONVERSATION + id));
}

/** Forget the conversations of *channel*, or all of them. */
export function forget(channel) {
  const gone = conversations().filter((one) => !channel || one.channel === channel);
  gone.forEach(({ id }) => drop(id));
}

/** Call back when another tab has changed the conversations. */
export function watch(changed) {
  window.addEventListener("storage", ({ key }) => {
    if (key === null || key.startsWith(CONVERSATION)) changed();
  });
}

export function draft(name) {
  let text = null;
  tried(() => (text = sessionStorage.getItem(DRAFT + name)));
  return text ?? "";
}

export function keepDraft(name, text) {
  if (text) tried(() => sessionStorage.setItem(DRAFT + name, text));
  else tried(() => sessionStorage.removeItem(DRAFT + name));
}

function keys() {
  let found = [];
  tried(() => (found = Object.keys(localStorage).filter((key) => key.startsWith(CONVERSATION))));
  return found;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function tried(action) {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
