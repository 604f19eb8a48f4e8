// The conversations of this browser and what happens in them: asking, trying again, pressing
// buttons. Views listen for changes; nothing here touches the document.

import { explain, openForm, Problem, say } from "./api.js";
import { uuid } from "./dom.js";
import * as memory from "./memory.js";
import { ends, isMore, isOpinion, isReview, press as markPressed } from "./presses.js";

/** Sends "changed" (detail: the conversation) and "reloaded". */
export const events = new EventTarget();

const GONE = "Coach no longer knows this answer. Ask again.";

const known = new Map();
const delivering = new Set();

/** Load what is remembered, and finish what a reload interrupted. */
export function open() {
  reload();
  memory.watch(reload);
  for (const conversation of known.values()) {
    conversation.posts.filter(isSending).forEach((post) => deliver(conversation, post));
  }
}

export function inChannel(channel) {
  return [...known.values()].filter((conversation) => conversation.channel === channel);
}

/** Start a conversation; `thread` continues what Coach remembers of an earlier one. */
export function begin(channel, posts = [], thread = uuid()) {
  const conversation = { id: uuid(), channel, thread, startedAt: Date.now(), posts };
  known.set(conversation.id, conversation);
  changed(conversation);
  return conversation;
}

export function ask(conversation, text, hidden) {
  // Half a surrogate pair is no text that a server could store.
  const whole = text.toWellFormed?.() ?? text;
  const post = { id: uuid(), author: "you", text: whole, hidden, at: Date.now() };
  conversation.posts.push(post);
  return deliver(conversation, post);
}

/** Send a question, or send it again: its id stays, so Coach answers it once. */
export async function deliver(conversation, post) {
  Object.assign(post, { state: "sending", problem: "", status: 0 });
  delivering.add(post);
  changed(conversation);
  const { channel, thread } = conversation;
  const { id, text, hidden } = post;
  try {
    received(conversation, post, await say({ channel, thread, id, text, hidden }));
  } catch (problem) {
    failed(post, problem);
  }
  delivering.delete(post);
  changed(conversation);
}

/** Take a question back that could not be sent. */
export function withdraw(conversation, post) {
  conversation.posts = conversation.posts.filter((one) => one !== post);
  if (conversation.posts.length) changed(conversation);
  else forgetOne(conversation);
}

/** Press a button; `show` is called when the look of *post* has to follow. */
export async function press(conversation, post, button, show) {
  const undo = markPressed(post, button);
  show();
  try {
    const reply = await say(pressing(conversation, button));
    if (!reply || (reply.hidden && !isOpinion(button))) undo();
    settle(conversation, post, reply, button);
  } catch (problem) {
    undo();
    post.note = explain(problem);
  }
  memory.keep(conversation);
  show();
}

/** The form that a button under *post* opens. */
export function form(conversation, button) {
  return openForm(pressing(conversation, button));
}

/** Send a filled-in form; resolves to a line to show beside it. Throws a Problem. */
export async function submit(conversation, post, submission) {
  const { channel, thread } = conversation;
  const reply = await say({ channel, thread, id: uuid(), submission, hidden: true });
  if (!reply || reply.reference) throw new Problem(reply?.text ?? GONE);
  if (isMore(reply)) follow(conversation, post, reply);
  return isMore(reply) ? "" : reply.text;
}

export function clear(channel) {
  inChannel(channel).forEach(({ id }) => known.delete(id));
  memory.forget(channel);
  events.dispatchEvent(new Event("reloaded"));
}

/** What Coach says to somebody who opens a channel. */
export function welcome(channel) {
  return say({ channel, id: uuid(), opened: true });
}

function pressing({ channel, thread }, { action, value }) {
  return { channel, thread, id: uuid(), press: { action, value }, hidden: true };
}

function settle(conversation, post, reply, button) {
  if (!reply) post.note = GONE;
  else if (!reply.hidden) share(conversation, post, reply);
  else if (ends(button, reply)) end(conversation, post, reply);
  else if (isMore(reply)) follow(conversation, post, reply);
  else post.note = reply.text;
}

/** Go on with a reply under the same question. */
function follow(conversation, { about, passing }, reply) {
  const next = { id: uuid(), author: "coach", at: Date.now(), about, passing };
  conversation.posts.push({ ...next, reply: { ...reply, hidden: false } });
  changed(conversation);
}

/** Forget a question and everything said to it; only that it is gone remains. */
function end(conversation, { about }, reply) {
  conversation.posts = conversation.posts.filter((one) => one.id !== about && one.about !== about);
  follow(conversation, {}, reply);
}

function share({ channel, thread }, post, reply) {
  post.note = `Shared with #${channel}.`;
  begin(channel, [{ id: uuid(), author: "coach", at: Date.now(), reply, shared: true }], thread);
}

function received(conversation, post, reply) {
  if (reply?.reference) throw new Problem(reply.text);
  post.state = "sent";
  const id = `reply-${post.id}`;
  const missing = !conversation.posts.some((one) => one.id === id);
  // A draft is private: its review goes with the tab.
  post.passing = conversation.channel === "private" && reply !== null && isReview(reply);
  const { id: about, passing } = post;
  const next = { id, author: "coach", at: Date.now(), about, passing };
  if (reply && missing) conversation.posts.push({ ...next, reply });
}

function failed(post, problem) {
  Object.assign(post, { state: "failed", problem: explain(problem), status: problem.status ?? 0 });
}

function changed(conversation) {
  if (known.get(conversation.id) !== conversation) return;
  memory.keep(conversation);
  events.dispatchEvent(new CustomEvent("changed", { detail: conversation }));
}

function forgetOne({ id }) {
  known.delete(id);
  memory.drop(id);
  events.dispatchEvent(new Event("reloaded"));
}

/** Take over what is stored, except where this tab waits for an answer. */
function reload() {
  const stored = new Map(memory.conversations().map((one) => [one.id, one]));
  for (const [id, conversation] of known) {
    if (conversation.posts.some((post) => delivering.has(post))) stored.set(id, conversation);
  }
  known.clear();
  const inOrder = [...stored.values()].sort((one, other) => one.startedAt - other.startedAt);
  inOrder.forEach((one) => known.set(one.id, one));
  events.dispatchEvent(new Event("reloaded"));
}

function isSending(post) {
  return post.state === "sending";
}
