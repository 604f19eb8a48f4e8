// Where Coach's latest answer stands on a page that is no conversation; a screen reader hears it.

import { button, element, uuid } from "./dom.js";
import { replyBody } from "./reply.js";

const NAME = "What Coach says";

/**
 * An empty place; `show(reply, acting)` fills it, `acting(post)` being what `replyBody` needs.
 * `closed` is called when a person has closed it.
 */
export function answerPanel(closed) {
  const said = element("div", { role: "status" });
  const rest = element("div", { class: "post-body" });
  const clear = () => {
    fill([], []);
    closed();
  };
  const header = element("div", { class: "answer-header" }, element("h3", {}, "Coach says"));
  header.append(button("Close", clear, { "aria-label": "Close what Coach says" }));
  const panel = element("section", { class: "answer", tabindex: "-1" }, header, said, rest);
  const fill = (words, parts) => {
    said.replaceChildren(...words);
    rest.replaceChildren(...parts);
    header.hidden = !words.length;
    panel.ariaLabel = words.length ? NAME : null;
    panel.classList.toggle("filled", words.length > 0);
    if (words.length) panel.scrollIntoView({ block: "nearest" });
  };
  header.hidden = true;
  return {
    element: panel,
    focus: () => panel.focus(),
    says: (sentence) => fill([element("p", {}, sentence)], []),
    fails: (sentence) => fill([element("p", { class: "problem" }, sentence)], []),
    show(reply, acting) {
      const post = { id: uuid(), reply };
      const [text, ...parts] = replyBody(post, acting(post));
      fill([text], parts);
    },
  };
}
