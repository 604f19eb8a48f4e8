// Forms that Coach describes: any of them becomes fields with labels, hints and a button.

import { explain, Problem } from "./api.js";
import { button, element, uuid } from "./dom.js";
import { fieldView } from "./fields.js";

/**
 * Show *form*. `submit(submission, id)` sends it and resolves to what is said beside it, if
 * anything; the id stays while the same is tried again. `close` closes it where it can be closed;
 * `heading` is the class of its heading.
 */
export function formView(form, { submit, close = null, heading = "" }) {
  const fields = form.fields.map(fieldView);
  const problem = element("p", { class: "problem", role: "alert" });
  const said = element("p", { class: "said", role: "status" });
  const send = element("button", { type: "submit", class: "primary" }, form.submit);
  const attempt = attempts();
  const onsubmit = async (event) => {
    event.preventDefault();
    if (send.ariaDisabled === "true") return;
    busy(true);
    try {
      check();
      const submission = filledIn(form, fields);
      said.textContent = await submit(submission, attempt.idOf(submission));
      attempt.done();
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
  const check = () => {
    const faults = fields.map(({ name, fault }) => [name, fault()]);
    const found = Object.fromEntries(faults.filter(([, sentence]) => sentence));
    if (Object.keys(found).length) throw new Problem("", 422, found);
    complain(fields, {});
  };
  const failed = (error) => {
    const login = { href: "/web/login", target: "_blank" };
    const link = element("a", login, "Log in in another tab");
    const sentence = error.fields ? complain(fields, error.fields) : explain(error);
    problem.replaceChildren(sentence, ...(error.status === 401 ? [" ", link] : []));
  };
  const id = uuid();
  const shown = element(
    "form",
    { class: "form", "aria-labelledby": id, onsubmit },
    element("h3", { id, class: heading }, form.title),
    form.text ? element("p", { class: "text" }, form.text) : null,
    grouped(form.fields, fields),
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

/** The rows of *fields*, those of one group inside a fieldset that is named for it. */
function grouped(described, fields) {
  const groups = [];
  for (const [index, { group }] of described.entries()) {
    const last = groups.at(-1);
    if (last && last.group === group) last.rows.push(fields[index].row);
    else groups.push({ group, rows: [fields[index].row] });
  }
  return groups.flatMap(({ group, rows }) =>
    group ? element("fieldset", { class: "group" }, element("legend", {}, group), rows) : rows,
  );
}

/** The answers as Coach takes them; `people` says which of them are lists of people. */
function filledIn({ action, value }, fields) {
  const answers = Object.fromEntries(fields.map(({ name, answer }) => [name, answer()]));
  const people = fields.filter(({ kind }) => kind === "people").map(({ name }) => name);
  return { action, value, answers, people };
}

/** An id for each attempt to send something: the same for the same, until that has worked. */
function attempts() {
  let last = null;
  return {
    idOf(submission) {
      const content = JSON.stringify(submission);
      if (last?.content !== content) last = { content, id: uuid() };
      return last.id;
    },
    done: () => (last = null),
  };
}

/** Show at each field what is wrong with it; returns what is to be said of the whole. */
function complain(fields, problems) {
  for (const field of fields) field.complain(problems[field.name] ?? "");
  const wrong = fields.filter(({ name }) => problems[name]);
  wrong[0]?.input.focus();
  const shown = wrong.map(({ name }) => name);
  const elsewhere = Object.keys(problems).filter((name) => !shown.includes(name));
  const marked =
    wrong.length === 1
      ? "One answer can't be used yet: it says above what to change."
      : `${wrong.length} answers can't be used yet: each says above what to change.`;
  return [wrong.length ? marked : "", ...elsewhere.map((name) => problems[name])]
    .filter(Boolean)
    .join(" ");
}

/**
 * A place where a button opens its form: `open()` resolves to the form, `submit(submission, id)`
 * sends it and resolves to what is said beside it; silence closes it, and `settled` says where one
 * goes on. Who closes it goes back to `opener`.
 */
export function formSlot({ open, submit, opener, settled = () => opener().focus() }) {
  const slot = element("div", { class: "form-slot" });
  let view = null;
  const empty = () => {
    view = null;
    slot.replaceChildren();
  };
  const close = () => {
    empty();
    opener().focus();
  };
  const send = async (submission, id) => {
    const said = await submit(submission, id);
    if (!said && slot.isConnected) {
      empty();
      settled();
    }
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
