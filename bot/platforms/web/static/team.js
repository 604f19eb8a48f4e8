// Standups and bets: what is open for you, what the team bets on, and all that can be done about it.

import { answerPanel } from "./answer.js";
import { explain, openForm, Problem, sayLong } from "./api.js";
import * as conversations from "./conversations.js";
import { button, element, pageHeading, small, uuid, viewTitle } from "./dom.js";
import { formSlot, formView } from "./forms.js";
import { keepName, myName } from "./memory.js";
import { isMore, press as markPressed } from "./presses.js";
import { replyParts } from "./reply.js";

const ABOUT = "Your check-ins, the team's bets and their odds.";
const GONE = "Coach no longer knows what that was for. Reload the page.";
const NAME = { title: "Who are you?", action: "", value: "", text: "", submit: "Continue" };
const NAME_HINT =
  "As your team writes it: on this page a standup's members are known by their names. Capital " +
  "letters make no difference.";

// Kept while other pages are looked at, with the forms that are being filled in.
let desk = null;

export function teamView() {
  const title = viewTitle("Standups and bets", ABOUT);
  const header = element("header", { class: "view-header" }, title, demoLink("See a demo team"));
  const body = element("div", { class: "page" });
  const heading = title.querySelector("h1");
  const show = () => {
    const name = myName();
    if (desk?.name !== name) desk = name ? deskView(name) : null;
    if (!desk) return ask("");
    const rename = button("Change name", () => ask(name), { class: "link" });
    body.replaceChildren(small("You are ", element("b", {}, name), " · ", rename), desk.element);
    return desk.refresh();
  };
  const named = () => {
    show();
    heading.focus();
  };
  const ask = (name) => {
    const form = nameForm(name, named);
    body.replaceChildren(form.element, newHere());
    if (name) form.focus();
  };
  return {
    title: "Standups and bets",
    element: element("div", { class: "view terse" }, header, body),
    placed: show,
    left() {},
  };
}

function demoLink(label, attributes = { class: "small-button" }) {
  if (document.body.dataset.demo !== "yes") return null;
  return element("a", { href: "#/team/demo", ...attributes }, label);
}

function newHere() {
  const link = demoLink("a made-up team's week", {});
  return link ? element("p", { class: "muted aside" }, "New here? Look at ", link, " first.") : "";
}

function nameForm(name, done) {
  const label = "Your name in standups";
  const asked = { name: "name", label, kind: "line", value: name, hint: NAME_HINT, options: [] };
  const submit = ({ answers }) => {
    const given = answers.name.trim();
    if (!given) throw new Problem("", 422, { name: "Write the name that your team knows you by." });
    keepName(given);
    done();
    return "";
  };
  const form = { ...NAME, fields: [{ ...asked, required: true, length: 60 }] };
  return formView(form, { submit, close: name ? done : null });
}

/** Everything below the header, for whoever goes by *name*. */
function deskView(name) {
  const top = element("div", { class: "overview" });
  const rest = element("div", { class: "post-body" });
  const answer = answerPanel();
  let shown = null;
  let latest = 0;

  /** Show how things stand, if that is not what is shown. */
  const refresh = async () => {
    const turn = ++latest;
    try {
      const reply = await sayLong({ ...about(), home: true });
      if (turn !== latest || JSON.stringify(reply) === shown) return;
      shown = JSON.stringify(reply);
      show(reply);
    } catch (problem) {
      shown = null;
      if (turn !== latest) return;
      const sentence = element("p", { class: "problem", role: "alert" }, explain(problem));
      top.replaceChildren(sentence, button("Try again", refresh));
    }
    top.ariaBusy = "false";
  };
  const show = (reply) => {
    const post = { id: uuid(), reply };
    const parts = replyParts(post, acting(post));
    const { chart, sections, sources, small: print, chips } = parts;
    keepingFocus(top, () => top.replaceChildren(...[parts.text, parts.bar].flat().filter(Boolean)));
    rest.replaceChildren(...[chart, sections, sources, print, chips].flat().filter(Boolean));
  };
  const received = (reply) => {
    if (!reply || reply.reference) throw new Problem(reply?.text ?? GONE);
    refresh();
    if (isMore(reply)) answer.show(reply, acting);
    return isMore(reply) ? "" : reply.text;
  };
  const slots = formSlots({
    submit: async (submission, id) => received(await sayLong({ ...about(id), submission })),
    settled: answer.focus,
    top,
  });
  const acting = (post) => ({
    opens: slots.open,
    ask: askCoach,
    async press(offered, update) {
      const { action, value } = offered;
      const undo = markPressed(post, offered);
      update();
      try {
        const said = received(await sayLong({ ...about(), press: { action, value } }));
        if (said) answer.says(said);
      } catch (problem) {
        answer.fails(explain(problem));
      }
      undo();
      update();
    },
  });
  top.append(element("p", { class: "muted" }, "One moment…"));
  top.ariaBusy = "true";
  const parts = [top, slots.element, answer.element, rest];
  return { name, refresh, element: element("div", { class: "desk" }, parts) };
}

/** Forms that stay, whatever is shown around them: one for each button (in *top*) that opens one. */
function formSlots({ submit, settled, top }) {
  const known = new Map();
  const all = element("div", { class: "form-slots" });
  const add = ({ action, value }) => {
    const one = { opener: null };
    const open = () => openForm({ ...about(), press: { action, value } });
    const opener = () =>
      one.opener.isConnected ? one.opener : (twin(one.opener, top) ?? pageHeading());
    one.slot = formSlot({ open, submit, opener, settled });
    all.append(one.slot.element);
    return one;
  };
  return {
    element: all,
    open(offered, node) {
      const key = JSON.stringify([offered.action, offered.value]);
      if (!known.has(key)) known.set(key, add(offered));
      const one = known.get(key);
      one.opener = node;
      return one.slot.open();
    },
  };
}

/** Change what is in *place*; what had the focus there has it afterwards. */
function keepingFocus(place, change) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  change();
  if (!focused) return;
  (twin(focused, place) ?? pageHeading()).focus();
}

/** The button in *place* that stands where *node* stood before the page was brought up to date. */
function twin(node, place) {
  const buttons = [...place.querySelectorAll("button")];
  return buttons.find(({ textContent }) => textContent === node.textContent);
}

function askCoach(question) {
  const latest = conversations.inChannel("private").at(-1);
  conversations.ask(latest ?? conversations.begin("private"), question, false);
  location.hash = "#/private";
}

function about(id = uuid()) {
  return { channel: "private", id };
}
