// The sources of a reply: a list of citations to open, and the marks in a text that open them.

import { element, small } from "./dom.js";

const MANY = 5;

/** The citations of *reply* by number, each as what can be opened; `id` tells replies apart. */
export function sourcesOf({ citations }, id) {
  return new Map(citations.map((one) => [one.number, source(one, id)]));
}

/** The sources to look at; many are folded away, until one is wanted. */
export function sourceList(sources) {
  const items = [...sources.values()].map((details) => element("li", {}, details));
  const list = element("ol", { "aria-label": "Sources" }, items);
  if (items.length < MANY) return element("div", { class: "sources" }, small("Sources"), list);
  const summary = element("summary", { class: "small muted" }, `${items.length} sources`);
  return element("details", { class: "sources many" }, summary, list);
}

/** The text with every [1] that has a source turned into a link that opens it. */
export function withMarks(text, sources) {
  return text.split(/(\[\d+\])/).map((part) => {
    const number = Number(/^\[(\d+)\]$/.exec(part)?.[1]);
    return sources.has(number) ? sourceLink(number, sources) : part;
  });
}

/** A link that opens the source of that number; null where there is none. */
export function sourceLink(number, sources) {
  const target = sources.get(number);
  if (!target) return null;
  const onclick = (event) => {
    event.preventDefault();
    target.open = true;
    target.closest(".many")?.setAttribute("open", "");
    target.querySelector("summary").focus();
  };
  const name = `Source ${number}`;
  const attributes = { class: "mark", href: `#${target.id}`, "aria-label": name, onclick };
  return element("a", attributes, `[${number}]`);
}

function source({ number, title, source: origin, section: part, quote, passage: whole }, id) {
  const where = [origin, part].filter(Boolean).join(" · ");
  const heading = [title, " ", element("span", { class: "muted" }, where)];
  return element(
    "details",
    { class: "source", id: `source-${id}-${number}` },
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
