// Showing one reply of Coach: text with citation marks, sections, sources, suggestions, buttons.

import { button, chips, element, small } from "./dom.js";
import { isOpinion } from "./presses.js";

const LONG = 1_500;

/** Show the reply of *post*; `actions` has press(button, show) and ask(question). */
export function replyBody(post, { ask, press }) {
  const { text, sections, citations, suggestions, buttons, by_model: byModel } = post.reply;
  const sources = new Map(citations.map((one) => [one.number, source(one, post.id)]));
  return [
    longText(text, marked(text, sources)),
    sections.map(section),
    sources.size ? sourceList(sources) : null,
    byModel ? small("Written by a language model and checked against these sources.") : null,
    suggestions.length ? chips("Suggested questions", suggestions, ask) : null,
    buttons.length ? buttonBar(post, press) : null,
  ];
}

/** Text that is folded when it is very long. */
export function longText(text, parts = [text]) {
  const shown = element("div", { class: "text" }, parts);
  if (text.length < LONG) return shown;
  shown.classList.add("folded");
  const unfold = ({ currentTarget }) => {
    const folded = shown.classList.toggle("folded");
    currentTarget.textContent = folded ? "Show all" : "Show less";
    currentTarget.ariaExpanded = String(!folded);
  };
  return element("div", {}, shown, button("Show all", unfold, { "aria-expanded": "false" }));
}

/** The text with every [1] that has a source turned into a link that opens it. */
function marked(text, sources) {
  return text.split(/(\[\d+\])/).map((part) => {
    const target = sources.get(Number(/^\[(\d+)\]$/.exec(part)?.[1]));
    return target ? mark(part, target) : part;
  });
}

function mark(label, target) {
  const onclick = (event) => {
    event.preventDefault();
    target.open = true;
    target.querySelector("summary").focus();
  };
  const name = `Source ${label.slice(1, -1)}`;
  const attributes = { class: "mark", href: `#${target.id}`, "aria-label": name, onclick };
  return element("a", attributes, label);
}

function section({ title, text }) {
  const words = element("p", { class: "text" }, text);
  return element("div", { class: "section" }, element("h3", {}, title), words);
}

function sourceList(sources) {
  const items = [...sources.values()].map((details) => element("li", {}, details));
  const list = element("ol", { "aria-label": "Sources" }, items);
  return element("div", { class: "sources" }, small("Sources"), list);
}

function source({ number, title, source: origin, section: part, quote, passage: whole }, postId) {
  const where = [origin, part].filter(Boolean).join(" · ");
  const heading = [title, " ", element("span", { class: "muted" }, where)];
  return element(
    "details",
    { class: "source", id: `source-${postId}-${number}` },
    element(
      "summary",
      {},
      element("span", { class: "number" }, String(number)),
      element("span", { class: "source-title" }, heading),
    ),
    element("blockquote", {}, quote),
    whole.trim() === quote.trim() ? null : passage(quote, whole),
  );
}

/** The whole passage, the quoted words highlighted where they stand in it. */
function passage(quote, whole) {
  const [before, ...after] = quote ? whole.split(quote) : [whole];
  const rest = after.length ? [element("mark", {}, quote), after.join(quote)] : [];
  const words = element("p", { class: "text" }, before, rest);
  return element("div", { class: "passage" }, small("The whole passage"), words);
}

/** Buttons with a note beside them: an opinion stays pressed, anything else is done once. */
function buttonBar(post, press) {
  const note = element("span", { class: "small note", role: "status" });
  const shown = post.reply.buttons.map((offered) => {
    const node = button(offered.label, () => node.ariaDisabled === "true" || press(offered, show));
    return { node, offered };
  });
  const show = () => {
    note.textContent = post.note ?? "";
    for (const { node, offered } of shown) {
      if (isOpinion(offered)) node.ariaPressed = String(post.opinion === offered.action);
      else node.ariaDisabled = String(post.done === offered.action);
    }
  };
  show();
  const nodes = shown.map(({ node }) => node);
  const named = { class: "group", role: "group", "aria-label": "What to do with this answer" };
  return element("div", { class: "buttons" }, element("div", named, nodes), note);
}
