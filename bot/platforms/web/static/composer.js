// The field to write in: Enter sends, Shift+Enter starts a new line, a reload keeps what is typed.

import { element } from "./dom.js";
import { draft, keepDraft } from "./memory.js";

const KEYS = "Enter sends, Shift+Enter starts a new line";
const TALLEST = 0.35; // of the window

/** Make a composer; `send(text, hidden)` is called with what was written. */
export function composer({ name, label, canHide, send }) {
  const described = { placeholder: label, "aria-describedby": `hint-${name}` };
  const field = element("textarea", { id: `field-${name}`, rows: "1", ...described });
  const onlyMe = element("input", { type: "checkbox", role: "switch", id: `hide-${name}` });

  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, innerHeight * TALLEST)}px`;
  };
  const write = (text) => {
    field.value = text;
    keepDraft(name, text);
    fit();
  };
  const submit = (event) => {
    event.preventDefault();
    const text = field.value.trim();
    field.focus();
    if (!text) return;
    write("");
    send(text, onlyMe.checked);
  };

  field.value = draft(name);
  field.addEventListener("input", () => {
    keepDraft(name, field.value);
    fit();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  });

  return {
    form: element(
      "form",
      { class: "composer", onsubmit: submit },
      element("label", { class: "unseen", for: field.id }, label),
      field,
      element(
        "div",
        { class: "composer-bar" },
        canHide ? hideSwitch(onlyMe) : null,
        element("span", { class: "small muted hint", id: `hint-${name}` }, KEYS),
        element("button", { type: "submit", class: "primary" }, "Send"),
      ),
    ),
    isEmpty: () => !field.value,
    focus: () => field.focus(),
    fit,
    /** Put *text* back to be written on, after what is there already. */
    restore(text) {
      write([field.value, text].filter(Boolean).join("\n\n"));
      field.focus();
    },
  };
}

function hideSwitch(input) {
  const track = element("span", { class: "track", "aria-hidden": "true" });
  return element("label", { class: "switch", for: input.id }, input, track, "Only for me");
}
