// Standups and bets: who one is, then each matter with how it stands and what to do about it.

import { Problem } from "./api.js";
import { button, element, small, viewTitle } from "./dom.js";
import { formView } from "./forms.js";
import { keepName, myName } from "./memory.js";
import { panelView } from "./panels.js";

const ABOUT = "Your check-ins, the team's bets and their odds.";
const NAME = { title: "Who are you?", action: "", value: "", text: "", submit: "Continue" };
const NAME_HINT =
  "As your team writes it: on this page a standup's members are known by their names. Capital " +
  "letters make no difference.";

const OF_HYPOTHESES = { verb: "hypothesis", asks: "" };
const MATTERS = [
  { title: "Your check-ins", verb: "checkin" },
  {
    title: "The team's bets",
    verb: "odds",
    more: [
      { ...OF_HYPOTHESES, label: "New hypothesis", action: "new", opens_form: true },
      { ...OF_HYPOTHESES, label: "All hypotheses", action: "all", opens_form: false },
    ],
  },
  { title: "Standups", verb: "standup" },
];
const LOOK_AGAIN = 60_000;

// Kept while other pages are looked at, with the forms that are being filled in.
let desk = null;

export function teamView() {
  const title = viewTitle("Standups and bets", ABOUT);
  const header = element("header", { class: "view-header" }, title, demoLink("See a demo team"));
  const body = element("div", { class: "page" });
  const heading = title.querySelector("h1");
  const show = () => {
    const name = myName();
    if (desk?.name !== name) desk = name ? deskOf(name) : null;
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
  // What is due comes by itself, and others change things too.
  const lookAgain = () => !document.hidden && desk?.refresh(true);
  let timer = 0;
  return {
    title: "Standups and bets",
    element: element("div", { class: "view terse" }, header, body),
    placed() {
      show();
      timer = setInterval(lookAgain, LOOK_AGAIN);
      document.addEventListener("visibilitychange", lookAgain);
    },
    left() {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", lookAgain);
    },
  };
}

/** Everything about standups and bets for whoever goes by *name*. */
function deskOf(name) {
  const refresh = (quietly) => panels.forEach((panel) => panel.refresh(quietly));
  const panels = MATTERS.map((matter) => panelView(matter, refresh));
  const whole = element("div", { class: "desk" }, panels.map((panel) => panel.element));
  return { name, refresh, element: whole };
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
