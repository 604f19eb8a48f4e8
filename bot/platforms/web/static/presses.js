// What pressing a button leaves on a post: one opinion that stays, anything else done once; and
// what the reply to it is.

const OPINIONS = new Set(["answer_helpful", "answer_not_helpful"]);
const OF_REVIEWS = "review_";

export function isOpinion({ action }) {
  return OPINIONS.has(action);
}

/** Whether *reply* is about a draft, which is its author's alone. */
export function isReview({ marked, buttons }) {
  return marked !== null || buttons.some(({ action }) => action.startsWith(OF_REVIEWS));
}

/** Whether *reply* is more than a line to note beside the button. */
export function isMore({ marked, chart, sections, citations, buttons }) {
  const parts = sections.length + citations.length + buttons.length;
  return marked !== null || Boolean(chart) || parts > 0;
}

/** Whether pressing *button* did what can't be undone: what it stood under is gone. */
export function ends({ asks }, { reference }) {
  return Boolean(asks) && !reference;
}

/** Press a button on *post*; what comes back undoes it. */
export function press(post, button) {
  const before = { opinion: post.opinion, done: post.done };
  const pressed = isOpinion(button) ? { opinion: button.action } : { done: button.action };
  Object.assign(post, pressed, { note: "" });
  return () => Object.assign(post, before);
}
