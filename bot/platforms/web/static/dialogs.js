// Asking before something is done that can't be undone.

import { element, uuid } from "./dom.js";

/** Whether to go on with a button of a reply: some ask first. */
export async function agreed({ asks, label }) {
  return !asks || confirmed({ question: asks, yes: label });
}

/** Ask *question*; resolves to whether the answer was *yes*. Escape and "Keep it" are a no. */
export function confirmed({ question, text = "", yes }) {
  const id = uuid();
  const dialog = element(
    "dialog",
    { "aria-labelledby": id },
    element("h2", { id }, question),
    text ? element("p", {}, text) : null,
    element(
      "form",
      { method: "dialog", class: "dialog-buttons" },
      element("button", { class: "small-button", value: "no" }, "Keep it"),
      element("button", { class: "primary", value: "yes" }, yes),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
