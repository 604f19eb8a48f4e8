// A made-up team's days, one after the other: what Coach sent, what people answered, the digest.

import { demoWeek, explain } from "./api.js";
import { button, element, uuid, viewTitle } from "./dom.js";
import { longText, replyBody } from "./reply.js";

const ABOUT =
  "A made-up team in real standups. Times are each person's own; the buttons do nothing here.";
const WAITING = "The demo team is playing its week: that takes some seconds…";

/** What happened, by sort; what Coach asks everybody is folded away. */
const SORTS = {
  prompt: { says: (who) => `Coach asks ${who}`, tag: "Check-in", folded: true },
  reminder: { says: (who) => `Coach reminds ${who}`, tag: "Reminder", folded: true },
  reply: { says: (who) => `Coach replies to ${who}`, tag: "Private" },
  answer: { says: (who) => who, tag: "Answer", coach: false },
  digest: { says: channel("posts in"), tag: "Digest", inChannel: true },
  digest_update: { says: channel("adds to the digest in"), tag: "Digest", inChannel: true },
};

const INERT = { inert: true };

export function demoView() {
  const title = viewTitle("A demo team", ABOUT);
  const back = element("a", { class: "small-button", href: "#/team" }, "Back to your team");
  const header = element("header", { class: "view-header" }, title, back);
  const body = element("div", { class: "page" });
  return {
    title: "A demo team",
    element: element("div", { class: "view terse" }, header, body),
    placed: () => fill(body),
    left() {},
  };
}

async function fill(body) {
  body.ariaBusy = "true";
  body.replaceChildren(element("p", { class: "muted", role: "status" }, WAITING));
  try {
    const { days } = await demoWeek();
    body.replaceChildren(...walk(days, body));
  } catch (problem) {
    const sentence = element("p", { class: "problem", role: "alert" }, explain(problem));
    body.replaceChildren(sentence, button("Try again", () => fill(body)));
  }
  body.ariaBusy = "false";
}

/** The days to walk through: what leads from one to the next, and the day itself. */
function walk(days, body) {
  const shown = element("h2", { "aria-live": "polite", "aria-atomic": "true" });
  const list = element("ol", { class: "timeline" });
  let number = 0;
  const go = (step) => {
    if (!days[number + step]) return;
    number += step;
    const { title, events } = days[number];
    const count = element("span", { class: "small muted" }, `Day ${number + 1} of ${days.length}`);
    shown.replaceChildren(count, " ", title);
    list.replaceChildren(...(events.length ? events.map(eventView) : [nothing()]));
    if (!number) list.querySelector("details")?.setAttribute("open", ""); // for those new to it
    previous.ariaDisabled = String(!number);
    next.ariaDisabled = String(number === days.length - 1);
    body.scrollTop = 0;
  };
  const previous = button("Previous day", () => go(-1));
  const next = button("Next day", () => go(1));
  if (!days.length) return [element("p", {}, "The demo team has nothing to show.")];
  go(0);
  const bar = { class: "days", role: "group", "aria-label": "Days of the demo team" };
  return [element("div", bar, previous, shown, next), list];
}

function nothing() {
  return element("li", { class: "muted" }, "Nothing happens on this day: nobody is asked.");
}

function eventView({ at, who, what, reply, text }) {
  const { says, tag, coach = true, folded = false, inChannel = false } = SORTS[what];
  const avatar = { class: "avatar", "aria-hidden": "true" };
  const header = [
    element("b", {}, says(who)),
    " ",
    element("span", { class: "small muted" }, at),
    " ",
    element("span", { class: "tag sort" }, tag),
  ];
  const words = reply ? replyBody({ id: uuid(), reply }, INERT) : longText(text);
  const body = folded
    ? [element("details", {}, element("summary", { class: "post-header" }, header), words)]
    : [element("p", { class: "post-header" }, header), words];
  return element(
    "li",
    { class: `post event ${coach ? "coach" : "you"} ${inChannel ? "in-channel" : ""}` },
    element("div", avatar, [...(coach ? "Coach" : who)][0] ?? ""),
    element("div", { class: "post-body" }, body),
  );
}

function channel(verb) {
  return (who) => `Coach ${verb} #${who.replace(/^#/, "")}`;
}
