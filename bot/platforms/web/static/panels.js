// One matter of a page: how it stands, its buttons, and right below them what comes of a press.

import { answerPanel } from "./answer.js";
import { explain, openForm, Problem, sayLong } from "./api.js";
import * as conversations from "./conversations.js";
import { button, element, uuid } from "./dom.js";
import { formSlot } from "./forms.js";
import { isMore, press as markPressed } from "./presses.js";
import { replyBody } from "./reply.js";

const GONE = "Coach no longer knows what that was for. Reload the page.";

/**
 * Show what Coach says to *verb* under *title*; `more` are buttons of our own, each with a verb.
 * `changed` is called when something was done. `refresh(quietly)` shows how it stands now.
 */
export function panelView({ title, verb, more = [] }, changed) {
  const id = uuid();
  const heading = element("h2", { id, tabindex: "-1" }, title);
  const top = element("div", { class: "overview" }, element("p", { class: "muted" }, "One moment…"));
  top.ariaBusy = "true";
  const answer = answerPanel(() => heading.focus());
  const standing = (node) => twin(node, top) ?? heading;
  let shown = null;
  let latest = 0;

  /** Show how things stand, if that is not what is shown; *quietly*, a failure changes nothing. */
  const refresh = async (quietly = false) => {
    const turn = ++latest;
    try {
      const reply = answered(await sayLong({ ...about(), verb }));
      if (turn !== latest || JSON.stringify(reply) === shown) return;
      shown = JSON.stringify(reply);
      show({ ...reply, buttons: [...reply.buttons, ...more] });
    } catch (problem) {
      if (turn !== latest || (quietly && shown)) return;
      shown = null;
      const sentence = element("p", { class: "problem", role: "alert" }, explain(problem));
      keepingFocus(() => top.replaceChildren(sentence, button("Try again", () => refresh())));
    }
    top.ariaBusy = "false";
  };
  const show = (reply) => {
    const post = { id: uuid(), reply };
    keepingFocus(() => top.replaceChildren(...replyBody(post, acting(post))));
  };
  /** Change what is on top; what had the focus there has it afterwards. */
  const keepingFocus = (change) => {
    const focused = top.contains(document.activeElement) ? document.activeElement : null;
    change();
    if (focused) standing(focused).focus();
  };
  const received = (reply) => {
    answered(reply);
    changed();
    if (isMore(reply)) answer.show(reply, acting);
    return isMore(reply) ? "" : reply.text;
  };
  const slots = formSlots({
    submit: async (submission, attempt) =>
      received(await sayLong({ ...about(attempt), submission })),
    settled: answer.focus,
    standing,
  });
  const acting = (post) => ({
    opens: slots.open,
    ask: askCoach,
    async press(offered, update) {
      const undo = markPressed(post, offered);
      update();
      try {
        const said = received(await sayLong({ ...about(), ...wanted(offered) }));
        if (said) answer.says(said);
      } catch (problem) {
        answer.fails(explain(problem));
      }
      undo();
      update();
    },
  });
  const parts = [heading, top, slots.element, answer.element];
  const whole = element("section", { class: "matter", "aria-labelledby": id }, parts);
  return { element: whole, refresh };
}

/** Forms that stay, whatever is shown around them: one for each button that opens one. */
function formSlots({ submit, settled, standing }) {
  const known = new Map();
  const all = element("div", { class: "form-slots" });
  const add = (offered) => {
    const one = { opener: null };
    const open = () => openForm({ ...about(), ...wanted(offered) });
    const opener = () => (one.opener.isConnected ? one.opener : standing(one.opener));
    one.slot = formSlot({ open, submit, opener, settled });
    all.append(one.slot.element);
    return one;
  };
  return {
    element: all,
    open(offered, node) {
      const key = JSON.stringify(wanted(offered));
      if (!known.has(key)) known.set(key, add(offered));
      const one = known.get(key);
      one.opener = node;
      return one.slot.open();
    },
  };
}

/** The button in *place* that stands where *node* stood before the page was brought up to date. */
function twin(node, place) {
  const buttons = [...place.querySelectorAll("button")];
  return buttons.find(({ textContent }) => textContent === node.textContent);
}

/** *reply*, if it is one. Throws a Problem. */
function answered(reply) {
  if (!reply || reply.reference) throw new Problem(reply?.text ?? GONE);
  return reply;
}

/** What pressing a button asks for: one of our own has a verb. */
function wanted({ verb, action, value }) {
  return verb ? { verb } : { press: { action, value } };
}

function askCoach(question) {
  const latest = conversations.inChannel("private").at(-1);
  conversations.ask(latest ?? conversations.begin("private"), question, false);
  location.hash = "#/private";
}

function about(id = uuid()) {
  return { channel: "private", id };
}
