// Business contexts: what a team's updates are about, in the words of its business. List, edit, add.

import { explain, openForm, Problem, sayLong } from "./api.js";
import { button, element, uuid, viewTitle } from "./dom.js";
import { formSlot } from "./forms.js";
import { isMore } from "./presses.js";

const ABOUT = "What your updates are about, in the words of the business. Rewrites use it.";

export function contextsView() {
  const status = element("p", { class: "said", role: "status" });
  const list = element("div", { class: "contexts", "aria-busy": "true" });
  const submit = async (submission) => {
    const reply = await sayLong({ ...about(), submission });
    if (!reply || reply.reference) throw new Problem(reply?.text ?? "That was not kept.");
    if (!isMore(reply)) return reply.text;
    status.textContent = reply.text;
    await fill(list, submit);
    heading.focus();
    return "";
  };
  const title = viewTitle("Business context", ABOUT);
  const heading = title.querySelector("h1");
  const header = element("header", { class: "view-header" }, title);
  const body = element("div", { class: "page" }, status, list);
  return {
    title: "Business context",
    element: element("div", { class: "view" }, header, body),
    placed: () => fill(list, submit),
    left() {},
  };
}

async function fill(list, submit) {
  try {
    const reply = await sayLong({ ...about(), verb: "context" });
    const rows = reply.buttons.map((offered) => row(offered, submit));
    list.replaceChildren(element("p", { class: "text" }, reply.text), element("ul", {}, rows));
  } catch (problem) {
    const sentence = element("p", { class: "problem", role: "alert" }, explain(problem));
    list.replaceChildren(sentence, button("Try again", () => fill(list, submit)));
  }
  list.ariaBusy = "false";
}

function row({ action, label, value }, submit) {
  const open = () => openForm({ ...about(), press: { action, value } });
  const slot = formSlot({ open, submit, opener: () => node });
  const named = value ? { "aria-label": `${label}: ${value}` } : {};
  const node = button(label, slot.open, named);
  return element("li", {}, value ? element("span", {}, value) : null, node, slot.element);
}

function about() {
  return { channel: "private", id: uuid() };
}
