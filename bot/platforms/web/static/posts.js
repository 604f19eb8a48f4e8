// Showing what was said: one thread or private conversation, and the posts in it.

import { composer } from "./composer.js";
import * as conversations from "./conversations.js";
import { button, element } from "./dom.js";
import { longText, replyBody } from "./reply.js";

/** Show *conversation* in *view*: its log, its main composer, and whether it has threads. */
export function conversationView(conversation, view) {
  const shown = new Map();
  const list = element("div", { class: "posts" });
  const typing = typingLine();
  const writer = view.threads ? threadWriter(conversation) : null;
  const edit = (post) => {
    conversations.withdraw(conversation, post);
    (conversation.posts.length && writer ? writer : view.writer).restore(post.text);
  };
  const update = () => {
    const watching = isInView(view.log, typing);
    dropWithdrawn(shown, conversation.posts);
    for (const post of conversation.posts) {
      refresh(shown, list, post, () => postView(conversation, post, { ask: view.ask, edit }));
    }
    typing.hidden = !conversation.posts.some(({ state }) => state === "sending");
    writer?.show(conversation.posts.some(({ author }) => author === "coach"));
    if (!typing.hidden) reveal(view.log, typing);
    else if (watching) reveal(view.log, list.lastElementChild);
  };
  const name = view.threads ? "Thread" : "Conversation";
  const attributes = { class: name.toLowerCase(), "aria-label": name };
  return {
    element: element("section", attributes, list, typing, writer?.element ?? null),
    update,
  };
}

/** Scroll until *node* is seen, its beginning first where it is taller than the log. */
export function reveal(log, node) {
  const block = node && node.offsetHeight > log.clientHeight ? "start" : "nearest";
  node?.scrollIntoView({ block });
}

function isInView(log, node) {
  const frame = log.getBoundingClientRect();
  const { top, bottom, height } = node.getBoundingClientRect();
  return height > 0 && bottom > frame.top && top < frame.bottom;
}

function typingLine() {
  const dots = element("span", { class: "dots", "aria-hidden": "true" });
  return element("p", { class: "typing", hidden: true }, dots, "Coach is looking it up");
}

function dropWithdrawn(shown, posts) {
  const kept = new Set(posts.map(({ id }) => id));
  for (const [id, { node }] of shown) {
    if (kept.has(id)) continue;
    node.remove();
    shown.delete(id);
  }
}

/** Show *post* if it is new or its state has changed. */
function refresh(shown, list, post, make) {
  const state = `${post.state} ${post.problem}`;
  const before = shown.get(post.id);
  if (before?.state === state) return;
  const node = make();
  shown.set(post.id, { node, state });
  if (before) before.node.replaceWith(node);
  else list.append(node);
}

/** The field under a thread, behind a button until it is wanted. */
function threadWriter(conversation) {
  const writer = composer({
    name: conversation.id,
    label: "Reply in this thread",
    canHide: true,
    send: (text, hidden) => conversations.ask(conversation, text, hidden),
  });
  const open = (wanted) => {
    writer.form.hidden = !wanted;
    opener.hidden = wanted;
    (wanted ? writer : opener).focus();
  };
  const opener = button("Reply in thread", () => open(true), { class: "link" });
  writer.form.addEventListener("keydown", ({ key }) => key === "Escape" && open(false));
  writer.form.hidden = writer.isEmpty();
  opener.hidden = !writer.isEmpty();

  const whole = element("div", { class: "thread-reply" }, opener, writer.form);
  return {
    element: whole,
    show: (wanted) => (whole.hidden = !wanted),
    restore(text) {
      open(true);
      writer.restore(text);
    },
  };
}

function postView(conversation, post, actions) {
  const byCoach = post.author === "coach";
  const body = byCoach ? coachBody : yourBody;
  return element(
    "article",
    { class: `post ${post.author}` },
    element("div", { class: "avatar", "aria-hidden": "true" }, byCoach ? "C" : "Y"),
    element("div", { class: "post-body" }, postHeader(post), body(conversation, post, actions)),
  );
}

function postHeader(post) {
  const hidden = post.hidden || post.reply?.hidden;
  return element(
    "h2",
    { class: "post-header" },
    post.author === "coach" ? "Coach" : "You",
    " ",
    time(new Date(post.at)),
    hidden ? tag("Only visible to you") : null,
    post.shared ? tag("Shared by you") : null,
  );
}

function time(at) {
  const clock = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const full = { datetime: at.toISOString(), title: at.toLocaleString() };
  return element("time", { class: "small muted", ...full }, clock);
}

function tag(label) {
  return element("span", { class: "tag" }, label);
}

function coachBody(conversation, post, { ask }) {
  return replyBody(post, {
    ask,
    press: (button, show) => conversations.press(conversation, post, button, show),
    form: (button) => conversations.form(conversation, button),
    submit: (submission) => conversations.submit(conversation, post, submission),
  });
}

function yourBody(conversation, post, { edit }) {
  const words = longText(post.text);
  return post.state === "failed" ? [words, failure(conversation, post, edit)] : [words];
}

function failure(conversation, post, edit) {
  const login = element("a", { class: "small-button", href: "/web/login" }, "Log in");
  return element(
    "div",
    { class: "failure" },
    element("p", { class: "problem" }, post.problem),
    element(
      "div",
      { class: "group" },
      post.status === 401 ? login : null,
      button("Try again", () => conversations.deliver(conversation, post)),
      button("Edit", () => edit(post)),
    ),
  );
}
