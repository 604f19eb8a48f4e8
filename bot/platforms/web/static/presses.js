// What pressing a button leaves on a post: one opinion that stays, anything else done once.

const OPINIONS = new Set(["answer_helpful", "answer_not_helpful"]);

export function isOpinion({ action }) {
  return OPINIONS.has(action);
}

/** Press a button on *post*; what comes back undoes it. */
export function press(post, button) {
  const before = { opinion: post.opinion, done: post.done };
  const pressed = isOpinion(button) ? { opinion: button.action } : { done: button.action };
  Object.assign(post, pressed, { note: "" });
  return () => Object.assign(post, before);
}
