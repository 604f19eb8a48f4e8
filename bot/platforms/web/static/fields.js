// The fields of a form: an input for each kind, with its label, its hint and what is wrong with it.

import { element, uuid } from "./dom.js";

const CHANNEL = { value: "ml-team", label: "#ml-team" };
const ONE_NAME_A_LINE = "One name a line.";

const INPUTS = {
  line: lineInput,
  lines: linesInput,
  choice: choiceInput,
  channel: (field, attributes) => choiceInput({ ...field, options: [CHANNEL] }, attributes),
  people: linesInput,
  number: (field, attributes) => lineInput(field, { inputmode: "decimal", ...attributes }),
  date: ({ value }, attributes) => pickInput("date", value, { max: "9999-12-31", ...attributes }),
  time: ({ value }, attributes) => pickInput("time", value, attributes),
};

/**
 * Show *field*: its `row`, its first `input`, its `answer()`, what is wrong with that before it is
 * sent (`fault()`), and `complain(sentence)`, which an empty sentence takes back.
 */
export function fieldView(field) {
  const id = uuid();
  const hint = hintLine(field, `hint-${id}`);
  const problem = element("p", { class: "small problem", id: `problem-${id}` });
  const described = hint ? { "aria-describedby": hint.id } : {};
  const several = field.kind === "choices";
  const make = several ? groupOf : single;
  const { row, inputs, answer, named } = make(field, { id, hint, problem, described });
  const complain = (sentence) => {
    problem.textContent = sentence;
    const about = [hint?.id, sentence && problem.id].filter(Boolean).join(" ");
    if (about) named.setAttribute("aria-describedby", about);
    else named.removeAttribute("aria-describedby");
    for (const input of inputs) input.ariaInvalid = sentence ? "true" : null;
  };
  row.addEventListener("input", () => problem.textContent && complain(""));
  const fault = () => (several ? "" : tooLong(field, answer()));
  return { name: field.name, kind: field.kind, row, input: inputs[0], answer, fault, complain };
}

function hintLine({ hint, kind }, id) {
  const sentences = [hint, kind === "people" ? ONE_NAME_A_LINE : ""].filter(Boolean);
  return sentences.length ? element("p", { class: "small muted", id }, sentences.join(" ")) : null;
}

/** What is pasted is not cut: it says what is too long instead. */
function tooLong({ length }, text) {
  const characters = [...text].length;
  if (!length || characters <= length) return "";
  const [has, most] = [characters, length].map((number) => number.toLocaleString("en"));
  return `That has ${has} characters; up to ${most} fit.`;
}

function single(field, { id, hint, problem, described }) {
  const { required } = field;
  const input = INPUTS[field.kind](field, { id, required, ...described });
  const label = element("label", { for: id }, field.label);
  const row = element("div", { class: `field of-${field.kind}` }, label, input, hint, problem);
  return { row, inputs: [input], answer: () => input.value, named: input };
}

function groupOf(field, { hint, problem, described }) {
  const chosen = field.value.split("\n");
  const boxes = field.options.map(({ value }) =>
    element("input", { type: "checkbox", value, checked: chosen.includes(value) }),
  );
  const options = field.options.map(({ label }, index) =>
    element("label", { class: "option" }, boxes[index], element("span", {}, label)),
  );
  const legend = element("legend", {}, field.label);
  const list = element("div", { class: "options" }, options);
  const row = element("fieldset", { class: "field", ...described }, legend, list, hint, problem);
  const checked = () => boxes.filter((box) => box.checked);
  // A browser asks for a required answer of one input, never of a group.
  const require = () => {
    const missing = field.required && !checked().length;
    boxes[0]?.setCustomValidity(missing ? "Choose at least one." : "");
  };
  row.addEventListener("change", require);
  require();
  const answer = () => checked().map(({ value }) => value).join("\n");
  return { row, inputs: boxes, answer, named: row };
}

function lineInput({ value, length }, attributes) {
  const usual = { type: "text", value, maxlength: length, autocomplete: "off" };
  return element("input", { ...usual, ...attributes });
}

function linesInput({ value }, attributes) {
  // A first line feed would be taken for the markup's, so the value is set and not written.
  const input = element("textarea", { rows: 3, ...attributes });
  input.value = value;
  return input;
}

function pickInput(type, value, attributes) {
  return element("input", { type, value, ...attributes });
}

function choiceInput({ value, options, required }, attributes) {
  const known = options.some((option) => option.value === value);
  const only = required && options.length === 1;
  const given = options.map(({ value: one, label }) =>
    element("option", { value: one, selected: one === value }, label),
  );
  const none = element("option", { value: "" }, required ? "Choose…" : "No choice");
  return element("select", attributes, known || only ? null : none, given);
}
