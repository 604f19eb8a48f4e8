// One channel: its threads or its conversation, and the field to write in.

import { composer } from "./composer.js";
import * as conversations from "./conversations.js";
import { confirmed } from "./dialogs.js";
import { button, chips, element, viewTitle } from "./dom.js";
import { conversationView, reveal } from "./posts.js";

const CHANNELS = {
  "ml-team": {
    title: "# ml-team",
    about: "Each question starts a thread.",
    label: "Ask Coach in #ml-team",
    threads: true,
  },
  private: {
    title: "Coach",
    about: "A private message between you and Coach.",
    label: "Write to Coach",
    threads: false,
  },
};

/** Show *channel*: an element, its title, and what to call when it is put in place or left. */
export function chatView(channel) {
  const { title, label, threads } = CHANNELS[channel];
  const empty = element("div", { class: "empty" });
  const list = element("div", { class: "threads" });
  const named = { role: "log", "aria-label": `Conversation, ${title}`, tabindex: "0" };
  const log = element("div", { class: "log", ...named }, empty, list);
  const ask = (text, hidden = false) => {
    const latest = threads ? null : conversations.inChannel(channel).at(-1);
    conversations.ask(latest ?? conversations.begin(channel), text, hidden);
  };
  const writer = composer({ name: channel, label, canHide: threads, send: ask });
  const { update, rebuild } = keeper({ channel, threads, log, list, empty, writer, ask });

  conversations.events.addEventListener("changed", update);
  conversations.events.addEventListener("reloaded", rebuild);
  return {
    title,
    element: element("div", { class: "view chat" }, header(channel), log, writer.form),
    placed() {
      rebuild();
      writer.fit();
    },
    left() {
      conversations.events.removeEventListener("changed", update);
      conversations.events.removeEventListener("reloaded", rebuild);
    },
  };
}

/** What keeps the log of *view* in step with the conversations. */
function keeper(view) {
  const { channel, threads, log, list, empty, ask } = view;
  const shown = new Map();

  const place = (conversation) => {
    if (!shown.has(conversation.id)) {
      if (!threads && list.childElementCount) list.append(divider());
      shown.set(conversation.id, conversationView(conversation, view));
      list.append(shown.get(conversation.id).element);
    }
    shown.get(conversation.id).update();
  };
  const welcomeIfEmpty = () => {
    empty.hidden = conversations.inChannel(channel).some(({ posts }) => posts.length);
    if (!empty.hidden && !empty.childElementCount) greet(empty, channel, ask);
  };
  const update = ({ detail: conversation }) => {
    if (conversation.channel !== channel) return;
    const isNew = !shown.has(conversation.id);
    welcomeIfEmpty();
    place(conversation);
    if (isNew) reveal(log, shown.get(conversation.id).element);
  };
  const rebuild = () => {
    log.ariaBusy = "true";
    shown.clear();
    list.replaceChildren();
    conversations.inChannel(channel).forEach(place);
    welcomeIfEmpty();
    log.ariaBusy = "false";
    log.scrollTop = log.scrollHeight;
  };
  return { update, rebuild };
}

function divider() {
  return element("p", { class: "divider" }, "New conversation");
}

function header(channel) {
  const { title, about, threads } = CHANNELS[channel];
  const afresh = button("New conversation", () => startAfresh(channel));
  const clear = button("Clear", () => clearAfterAsking(channel));
  return element(
    "header",
    { class: "view-header" },
    viewTitle(title, about),
    element("div", { class: "view-actions" }, threads ? null : afresh, clear),
  );
}

function startAfresh(channel) {
  const latest = conversations.inChannel(channel).at(-1);
  if (latest?.posts.length) conversations.begin(channel);
}

async function clearAfterAsking(channel) {
  const sure = await confirmed({
    question: "Clear this conversation?",
    text:
      "It disappears from this browser. What Coach stored to learn which questions it could " +
      "not answer stays.",
    yes: "Clear",
  });
  if (sure) conversations.clear(channel);
}

/** Fill *empty* with Coach's own introduction and questions to start with. */
async function greet(empty, channel, ask) {
  empty.replaceChildren(element("h2", {}, "What is on your mind?"));
  try {
    const reply = await conversations.welcome(channel);
    if (!reply) return;
    const starts = chips("Questions to start with", reply.suggestions, ask);
    empty.append(element("p", {}, reply.text), starts);
  } catch (problem) {
    const again = button("Try again", () => greet(empty, channel, ask));
    empty.append(element("p", { class: "problem" }, problem.message), again);
  }
}
