// A text with remarks on stretches of it: highlighted, and explained where one points, tabs or taps.

import { element, small } from "./dom.js";
import { sourceLink } from "./sources.js";

const TONES = 9;
const DEEPEST = 3;
const HINT = "Point at a highlighted passage, tap it or tab to it: here stands why it misleads.";

/** Show *text* with its *marks*; `id` tells texts apart, `sources` are what remarks rest on. */
export function markedText({ text, marks }, id, sources) {
  const remarks = remarksOn(text, marks, `${id}-remark`);
  const panel = element("div", { class: "remarks", tabindex: "-1" }, small(HINT));
  const whole = remarks.filter(({ start, end }) => start === end);
  const shown = element("div", { class: "text marked" }, segments(text, remarks));
  explain(shown, panel, remarks, sources);
  return element(
    "section",
    { class: "draft", "aria-label": "Your draft" },
    element("h3", {}, "Your draft"),
    legend(remarks),
    whole.length ? asAWhole(whole, sources) : null,
    shown,
    whole.length < remarks.length ? panel : null,
    element("div", { hidden: true }, remarks.map(description)),
  );
}

/** The marks with their place in UTF-16, which is how a browser counts, and a tone per title. */
function remarksOn(text, marks, prefix) {
  const titles = [...new Set(marks.map(({ title }) => title))];
  const place = placesIn(text);
  return marks.map((mark, index) => ({
    ...mark,
    id: `${prefix}-${index}`,
    start: place(mark.start),
    end: place(mark.end),
    tone: (titles.indexOf(mark.title) % TONES) + 1,
  }));
}

function placesIn(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (characters) => characters;
  const places = [0];
  for (const character of text) places.push(places.at(-1) + character.length);
  return (characters) => places[Math.min(characters, places.length - 1)];
}

/** The text cut wherever a remark starts or ends, each piece inside the remarks on it. */
function segments(text, remarks) {
  const cuts = new Set([0, text.length, ...remarks.flatMap(({ start, end }) => [start, end])]);
  const sorted = [...cuts].sort((one, other) => one - other);
  return sorted.slice(0, -1).map((from, index) => {
    const to = sorted[index + 1];
    const over = remarks.filter(({ start, end }) => start <= from && end >= to);
    return over.length ? segment(text.slice(from, to), from, over) : text.slice(from, to);
  });
}

/** The shortest remark lies on top; one can tab to where a remark starts. */
function segment(text, from, over) {
  const inside = [...over].sort((one, other) => one.end - one.start - (other.end - other.start));
  const nested = inside.reduce((node, { tone }, depth) => {
    const level = Math.min(depth, DEEPEST);
    return element("mark", { class: `finding tone-${tone} depth-${level}` }, node);
  }, document.createTextNode(text));
  nested.dataset.remarks = over.map(({ id }) => id).join(" ");
  if (over.some(({ start }) => start === from)) {
    const described = { "aria-describedby": nested.dataset.remarks };
    for (const [name, value] of Object.entries({ role: "button", tabindex: "0", ...described })) {
      nested.setAttribute(name, value);
    }
  }
  return nested;
}

/** Explain in *panel* what is pointed at; a click keeps it there, Escape lets go of it. */
function explain(shown, panel, remarks, sources) {
  let kept = null;
  const show = (node) => {
    const ids = node.dataset.remarks.split(" ");
    for (const other of shown.querySelectorAll(".active")) other.classList.remove("active");
    node.classList.add("active");
    const about = remarks.filter(({ id }) => ids.includes(id));
    panel.replaceChildren(...about.map((one) => remarkView(one, sources)));
  };
  const keep = (node) => {
    show(node);
    kept = node;
    panel.focus({ preventScroll: true });
  };
  const letGo = () => {
    kept?.focus();
    kept = null;
  };
  on(shown, "pointerover", (node) => kept ?? show(node));
  on(shown, "focusin", (node) => {
    kept = null;
    show(node);
  });
  on(shown, "click", keep);
  on(shown, "keydown", (node, event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    keep(node);
  });
  panel.addEventListener("keydown", ({ key }) => key === "Escape" && letGo());
}

function on(shown, type, listener) {
  shown.addEventListener(type, (event) => {
    const node = event.target.closest("[data-remarks]");
    if (node) listener(node, event);
  });
}

function remarkView({ tone, title, text, citation }, sources) {
  const name = element("span", { class: `finding tone-${tone} depth-0` }, title);
  return element(
    "div",
    { class: "remark" },
    element("h4", {}, name),
    element("p", {}, text, " ", sourceLink(citation, sources)),
  );
}

function asAWhole(remarks, sources) {
  const views = remarks.map((one) => remarkView(one, sources));
  return element("div", { class: "whole" }, small("About the draft as a whole"), views);
}

function legend(remarks) {
  const counts = new Map();
  for (const { title, tone } of remarks) {
    counts.set(title, { tone, count: (counts.get(title)?.count ?? 0) + 1 });
  }
  const items = [...counts].map(([title, { tone, count }]) => {
    const name = element("span", { class: `finding tone-${tone} depth-0` }, title);
    return element("li", {}, name, ` ${count}`);
  });
  return element("ul", { class: "legend small", "aria-label": "What was found" }, items);
}

/** What a screen reader says of a highlighted passage. */
function description({ id, title, text }) {
  return element("p", { id }, `${title}: ${text}`);
}
