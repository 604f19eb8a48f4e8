// Forms that Coach describes: any of them becomes fields with labels, hints and a button.

import { explain } from "./api.js";
import { button, element, uuid } from "./dom.js";

/**
 * Show *form*. `submit(submission)` sends it and resolves to what is said beside it, if anything;
 * `close` closes it where it can be closed; `heading` is the class of its heading.
 */
export function formView(form, { submit, close = null, heading = "" }) {
  const fields = form.fields.map((field) => ({ name: field.name, ...fieldView(field) }));
  const problem = element("p", { class: "problem", role: "alert" });
  const said = element("p", { class: "said", role: "status" });
  const send = element("button", { type: "submit", class: "primary" }, form.submit);
  const onsubmit = async (event) => {
    event.preventDefault();
    if (send.ariaDisabled === "true") return;
    busy(true);
    try {
      const answers = Object.fromEntries(fields.map(({ name, input }) => [name, input.value]));
      said.textContent = await submit({ action: form.action, value: form.value, answers });
    } catch (error) {
      failed(error);
    }
    busy(false);
  };
  const busy = (on) => {
    if (on) [problem, said].forEach((line) => line.replaceChildren());
    send.ariaDisabled = String(on);
    send.textContent = on ? "One moment…" : form.submit;
  };
  const failed = (error) => {
    const login = { href: "/web/login", target: "_blank" };
    const link = element("a", login, "Log in in another tab");
    problem.replaceChildren(explain(error), ...(error.status === 401 ? [" ", link] : []));
  };
  const id = uuid();
  const shown = element(
    "form",
    { class: "form", "aria-labelledby": id, onsubmit },
    element("h3", { id, class: heading }, form.title),
    form.text ? element("p", { class: "text" }, form.text) : null,
    fields.map(({ row }) => row),
    problem,
    said,
    element("div", { class: "buttons" }, send, close ? button("Close", close) : null),
  );
  return {
    element: shown,
    inputs: Object.fromEntries(fields.map(({ name, input }) => [name, input])),
    focus: () => (fields[0]?.input ?? send).focus(),
    failed,
    says: (sentence) => (said.textContent = sentence),
  };
}

const INPUTS = { line: lineInput, lines: linesInput, choice: choiceInput };

function fieldView(field) {
  const id = uuid();
  const described = field.hint ? { "aria-describedby": `hint-${id}` } : {};
  const input = INPUTS[field.kind](field, { id, required: field.required, ...described });
  const row = element(
    "div",
    { class: "field" },
    element("label", { for: id }, field.label),
    input,
    field.hint ? element("p", { class: "small muted", id: `hint-${id}` }, field.hint) : null,
  );
  return { input, row };
}

function lineInput({ value, length }, attributes) {
  return element("input", { type: "text", value, maxlength: length, ...attributes });
}

function linesInput({ value, length }, attributes) {
  // A first line feed would be taken for the markup's, so the value is set and not written.
  const input = element("textarea", { rows: 3, maxlength: length, ...attributes });
  input.value = value;
  return input;
}

function choiceInput({ value, options, required }, attributes) {
  const given = options.map(({ value: chosen, label }) =>
    element("option", { value: chosen, selected: chosen === value }, label),
  );
  const none = required || value ? null : element("option", { value: "" }, "No choice");
  return element("select", attributes, none, given);
}

/**
 * A place where a button opens its form: `open()` resolves to the form, `submit(submission)` sends
 * it and resolves to what is said beside it; silence closes it, and focus goes to `opener`.
 */
export function formSlot({ open, submit, opener }) {
  const slot = element("div", { class: "form-slot" });
  let view = null;
  const close = () => {
    view = null;
    slot.replaceChildren();
    opener().focus();
  };
  const send = async (submission) => {
    const said = await submit(submission);
    if (!said && slot.isConnected) close();
    return said;
  };
  const show = (form) => {
    view = formView(form, { submit: send, close });
    slot.replaceChildren(view.element);
  };
  return {
    element: slot,
    /** Open the form because the button was pressed; one that is open keeps what is in it. */
    async open() {
      try {
        if (!view) show(await open());
        view.focus();
      } catch (problem) {
        const sentence = element("p", { class: "problem", role: "alert" }, explain(problem));
        slot.replaceChildren(sentence);
      }
    },
    /** Open it before anybody asks; resolves to the form, null where it can't be had. */
    async offer() {
      const form = await open().catch(() => null);
      if (form && !view) show(form);
      return form;
    },
  };
}
