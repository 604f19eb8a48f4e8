// What this browser remembers: conversations, each under a key of its own so that two tabs don't
// overwrite each other's, what is being typed, and the person's name. Where storage is off or full, less is kept.
// What is or could be a draft update is private: it passes with the tab.

const CONVERSATION = "coach.conversation.";
const DRAFT = "coach.draft.";
const NAME = "coach.name";

let name = "";

/** Every remembered conversation, oldest first. */
export function conversations() {
  const found = new Map();
  for (const storage of storages()) {
    for (const one of stored(storage)) {
      const posts = [...(found.get(one.id)?.posts ?? []), ...one.posts];
      found.set(one.id, { ...one, posts: posts.sort((post, other) => post.at - other.at) });
    }
  }
  return [...found.values()].sort((one, other) => one.startedAt - other.startedAt);
}

export function keep(conversation) {
  const passing = conversation.posts.filter((post) => passes(conversation, post));
  const lasting = conversation.posts.filter((post) => !passes(conversation, post));
  tried(() => put(sessionStorage, { ...conversation, posts: passing }));
  const others = conversations().filter(({ id }) => id !== conversation.id);
  while (!tried(() => put(localStorage, { ...conversation, posts: lasting }))) {
    const oldest = others.shift();
    if (!oldest) return;
    drop(oldest.id);
  }
}

export function drop(id) {
  for (const storage of storages()) storage.removeItem(CONVERSATION + id);
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

/** What the person at this browser goes by in standups; empty until they said. */
export function myName() {
  tried(() => (name = localStorage.getItem(NAME) ?? name));
  return name;
}

export function keepName(text) {
  name = text.toWellFormed?.() ?? text;
  tried(() => localStorage.setItem(NAME, name));
}

export function forgetName() {
  name = "";
  tried(() => localStorage.removeItem(NAME));
}

/** Whether *post* is a draft, or not known yet to be none. */
function passes({ channel }, { author, state, passing }) {
  return passing || (channel === "private" && author === "you" && state !== "sent");
}

function put(storage, conversation) {
  const key = CONVERSATION + conversation.id;
  if (conversation.posts.length) storage.setItem(key, JSON.stringify(conversation));
  else storage.removeItem(key);
}

function stored(storage) {
  const keys = Object.keys(storage).filter((key) => key.startsWith(CONVERSATION));
  return keys.map((key) => parse(storage.getItem(key))).filter(Boolean);
}

function storages() {
  const usable = [];
  tried(() => usable.push(localStorage));
  tried(() => usable.push(sessionStorage));
  return usable;
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
