// The library page: the workspace's documents, and the coaching cards by source, to search.

import { shelf } from "./api.js";
import { button, element, small, viewTitle } from "./dom.js";

export function libraryView() {
  const loading = element("p", { class: "muted" }, "Loading the library…");
  const body = element("div", { class: "page", "aria-busy": "true" }, loading);
  const title = viewTitle("Library", "Everything Coach answers from.");
  const header = element("header", { class: "view-header" }, title);
  return {
    title: "Library",
    element: element("div", { class: "view" }, header, body),
    placed: () => fill(body),
    left() {},
  };
}

async function fill(body) {
  try {
    const { cards, documents } = await shelf();
    body.replaceChildren(documentSection(documents), cardSection(cards));
  } catch (problem) {
    const sentence = element("p", { class: "problem", role: "alert" }, problem.message);
    body.replaceChildren(sentence, button("Try again", () => fill(body)));
  }
  body.ariaBusy = "false";
}

function documentSection(documents) {
  const command = { tabindex: "0", "aria-label": "Command that adds documents" };
  return element(
    "section",
    { "aria-labelledby": "documents" },
    element("h2", { id: "documents" }, "Your documents"),
    documents.length
      ? element("ul", { class: "documents" }, documents.map(documentItem))
      : element("p", { class: "muted" }, "There are none yet."),
    element("p", {}, "Add Markdown, text, PDF, Word, HTML or subtitles on the command line:"),
    element("pre", command, element("code", {}, "coach knowledge add PATH")),
  );
}

function documentItem({ name, title, passages, added_at: added }) {
  const count = passages === 1 ? "1 passage" : `${passages.toLocaleString()} passages`;
  const day = new Date(added).toLocaleDateString([], { dateStyle: "medium" });
  const when = element("time", { datetime: added }, day);
  const facts = small(`${name} · ${count} · added `, when);
  return element("li", {}, element("strong", {}, title || name), facts);
}

function cardSection(cards) {
  const wanted = { type: "search", placeholder: "Words to look for", autocomplete: "off" };
  const search = element("input", { id: "search", ...wanted });
  const status = element("p", { class: "small muted", role: "status" });
  const groups = element("div");
  const show = () => {
    const found = cards.filter(matches(search.value));
    status.textContent = counted(found.length, cards.length);
    groups.replaceChildren(...(found.length ? bySource(found).map(cardGroup) : [nothing()]));
  };
  search.addEventListener("input", show);
  show();
  const label = element("label", { for: "search" }, "Search the cards");
  return element(
    "section",
    { "aria-labelledby": "cards" },
    element("h2", { id: "cards" }, "Coaching cards"),
    element("div", { class: "search", role: "search" }, label, search, status),
    groups,
  );
}

/** Whether a card has every word of *query* somewhere. */
function matches(query) {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return (card) => {
    const text = Object.values(card).join(" ").toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  };
}

function counted(found, all) {
  return found === all ? `${all} cards` : `${found} of ${all} cards`;
}

function nothing() {
  const advice = "No card has all of these words. Coach searches by meaning too: ask it.";
  return element("p", {}, advice);
}

function bySource(cards) {
  const groups = new Map();
  for (const card of cards) groups.set(card.source, [...(groups.get(card.source) ?? []), card]);
  return [...groups];
}

function cardGroup([source, cards]) {
  const count = element("span", { class: "small muted" }, String(cards.length));
  const heading = element("h3", {}, source, " ", count);
  return element("section", { class: "card-group" }, heading, cards.map(cardView));
}

function cardView({ title, section, answer, advice }) {
  const where = element("span", { class: "small muted" }, section);
  const todo = [element("strong", {}, "What to do: "), advice];
  return element(
    "details",
    { class: "card" },
    element("summary", {}, element("span", {}, title, " ", where)),
    element("p", { class: "text" }, answer),
    advice ? element("p", { class: "text" }, todo) : null,
  );
}
