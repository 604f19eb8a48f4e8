// A text to take away as it is, such as a rewrite: with a button that copies it, and what changed.

import { changes } from "./diff.js";
import { button, element } from "./dom.js";

const ELEMENTS = { gone: "del", new: "ins" };

/** Show *text*; where it was made out of *before*, what changed can be shown. */
export function verbatim({ title, text }, before = null) {
  const body = element("div", { class: "text copied" }, text);
  const status = element("span", { class: "small note", role: "status" });
  const copy = button("Copy", async () => {
    status.textContent = "";
    status.textContent = (await copied(text, body))
      ? "Copied."
      : "The browser does not let me copy. It is selected: press Ctrl+C or ⌘C.";
  });
  const group = element("div", { class: "group" }, copy, before === null ? null : toggle());
  return element(
    "section",
    { class: "verbatim", "aria-label": title },
    element("h3", {}, title),
    element("div", { class: "buttons" }, group, status),
    body,
  );

  function toggle() {
    const press = () => {
      const on = node.ariaPressed !== "true";
      node.ariaPressed = String(on);
      body.replaceChildren(...(on ? compared(before, text) : [text]));
    };
    const node = button("Show changes", press, { "aria-pressed": "false" });
    return node;
  }
}

function compared(before, after) {
  return changes(before, after).map(({ kind, text }) =>
    ELEMENTS[kind] ? element(ELEMENTS[kind], {}, text) : text,
  );
}

/** Copy *text*. The clipboard is closed to pages without TLS: there the shown text is copied. */
async function copied(text, body) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    body.replaceChildren(text);
    getSelection().selectAllChildren(body);
    return document.execCommand("copy");
  }
}
