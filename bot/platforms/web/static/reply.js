// Showing one reply of Coach: text with citation marks, a chart, a marked text, sections, sources,
// suggestions, buttons.

import { chartFigure, hasPoints } from "./charts.js";
import { agreed } from "./dialogs.js";
import { button, chips, element, small } from "./dom.js";
import { formSlot } from "./forms.js";
import { markedText } from "./marked.js";
import { isOpinion } from "./presses.js";
import { sourceList, sourcesOf, withMarks } from "./sources.js";
import { verbatim } from "./verbatim.js";

const LONG = 1_500;

/**
 * Show the reply of *post*. `actions` has press(button, show), form(button),
 * submit(submission) and ask(question); with `offersForm`, the form of the first button is
 * there at once; with `opens(button, node)`, forms are opened elsewhere; where it is `inert`, the
 * buttons are for show.
 */
export function replyBody(post, actions) {
  const { text, chart, sections, suggestions, buttons, by_model: byModel } = post.reply;
  const sources = sourcesOf(post.reply, post.id);
  const plain = sections.filter((one) => !one.verbatim).map((one) => section(one, sources));
  const { offered, bar } = buttonBar(post, actions, plain);
  const checked = "Written by a language model and checked against these sources.";
  const asks = suggestions.length && !actions.inert;
  return [
    longText(text, withMarks(text, sources)),
    chart && hasPoints(chart) ? chartFigure(chart) : null,
    texts(post, sources),
    plain,
    offered,
    sources.size ? sourceList(sources) : null,
    byModel ? small(checked) : null,
    asks ? chips("Suggested questions", suggestions, actions.ask) : null,
    buttons.length ? bar : null,
  ]
    .flat(Infinity)
    .filter(Boolean);
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

/** The marked text and what it became, side by side where there is room. */
function texts({ id, reply: { marked, sections } }, sources) {
  const exact = sections.filter((one) => one.verbatim);
  if (!marked && !exact.length) return null;
  return element(
    "div",
    { class: "texts" },
    marked ? markedText(marked, id, sources) : null,
    exact.map((one) => verbatim(one, marked?.text ?? null)),
  );
}

function section({ title, text }, sources) {
  const words = element("p", { class: "text" }, withMarks(text, sources));
  return element("div", { class: "section", "data-title": title }, element("h3", {}, title), words);
}

/**
 * Buttons with a note beside them: an opinion stays pressed, anything else is done once. The form
 * that is there at once (`offered`) takes the place of the one of *sections* with its title.
 */
function buttonBar(post, actions, sections) {
  const note = element("span", { class: "small note", role: "status" });
  const show = () => {
    note.textContent = post.note ?? "";
    for (const { node, offered } of shown) {
      if (isOpinion(offered)) node.ariaPressed = String(post.opinion === offered.action);
      if (actions.inert) node.ariaDisabled = "true";
      else if (!isOpinion(offered)) node.ariaDisabled = String(post.done === offered.action);
    }
  };
  const shown = post.reply.buttons.map((offered) => replyButton(offered, actions, show));
  const offered = actions.offersForm ? shown[0]?.slot : null;
  if (offered) offerForm(offered, sections);
  show();
  const nodes = shown.map(({ node }) => node);
  const named = { class: "group", role: "group", "aria-label": "What to do with this answer" };
  const bar = element("div", { class: "buttons" }, element("div", named, nodes), note);
  const slots = shown.flatMap(({ slot }) => (slot && slot !== offered ? [slot.element] : []));
  return { offered: offered?.element ?? null, bar: [bar, slots] };
}

function replyButton(offered, actions, show) {
  const { opens_form: opensForm, label } = offered;
  const here = opensForm && !actions.opens && !actions.inert;
  const open = () => actions.form(offered);
  const slot = here ? formSlot({ open, submit: actions.submit, opener: () => node }) : null;
  const node = button(label, async () => {
    if (node.ariaDisabled === "true") return;
    if (slot) slot.open();
    else if (opensForm) actions.opens(offered, node);
    else if (await agreed(offered)) actions.press(offered, show);
  });
  return { node, offered, slot };
}

async function offerForm(slot, sections) {
  const form = await slot.offer();
  sections.find(({ dataset }) => form && dataset.title === form.title)?.remove();
}
