// Reviewing a draft update: paste it or drop a file, read what would mislead, take the rewrite.
// Drafts are private: they live in this tab's memory and nowhere else in the browser.

import { explain, openForm, Problem, readFile, sayLong } from "./api.js";
import { confirmed } from "./dialogs.js";
import { button, element, uuid, viewTitle } from "./dom.js";
import { formView } from "./forms.js";
import { ends, isMore, press as markPressed } from "./presses.js";
import { replyBody } from "./reply.js";
import { verbatim } from "./verbatim.js";

// Browsers need seconds to paste a long document into a field by themselves.
const LONG_PASTE = 10_000;
const FILES = ".txt,.md,.markdown,.docx,.pdf,.html,.htm";
const HINT =
  "Paste it, or drop a text, Markdown, Word, PDF or HTML file here. Only you see it and its " +
  "review; this browser keeps neither.";
const GONE = "Coach no longer knows this review. Review the draft again.";

const written = { answers: {}, attempt: null };
let post = null;
let redraw = () => {};

/** Forget the draft and its review. */
export function forgetDraft() {
  Object.assign(written, { answers: {}, attempt: null });
  post = null;
}

window.addEventListener("beforeunload", (event) => {
  if (written.answers.draft && !post) event.preventDefault();
});

export function reviewView() {
  const status = element("p", { role: "status" });
  const actions = element("div", { class: "view-actions" });
  const body = element("div", { class: "page review" });
  const title = viewTitle("Review an update", "What in your draft could a reader take wrongly?");
  const header = element("header", { class: "view-header wide" }, title, actions);
  const edit = async () => {
    post = null;
    await show();
    body.querySelector("textarea")?.focus();
  };
  const afresh = () => {
    forgetDraft();
    return edit();
  };
  const show = (say = "") => {
    status.textContent = say;
    // A review says it itself; alone, it is all there is to see.
    status.className = post ? "unseen" : "said";
    actions.replaceChildren(
      ...(post ? [button("Edit the draft", edit), button("New review", afresh)] : []),
    );
    if (!post) return write(body);
    return body.replaceChildren(result());
  };
  return {
    title: "Review an update",
    element: element("div", { class: "view" }, header, status, body),
    placed() {
      redraw = (say) => {
        show(say);
        if (post) body.querySelector("h2").focus();
        else title.querySelector("h1").focus();
        body.scrollTop = 0;
      };
      show();
    },
    left: () => (redraw = () => {}),
  };
}

/** Fill *body* with the form for a draft, as Coach describes it. */
async function write(body) {
  body.replaceChildren(element("p", { class: "muted" }, "One moment…"));
  try {
    const form = await openForm({ ...about(), verb: "review" });
    if (!post) body.replaceChildren(draftForm(prepared(form)));
  } catch (problem) {
    const sentence = element("p", { class: "problem", role: "alert" }, explain(problem));
    body.replaceChildren(sentence, button("Try again", () => write(body)));
  }
}

/** The form with what was written before; a whole document is not cut to what a modal takes. */
function prepared(form) {
  const fields = form.fields.map((field) => ({
    ...field,
    value: written.answers[field.name] ?? field.value,
    ...(field.name === "draft" ? { hint: HINT, length: null } : {}),
  }));
  return { ...form, fields };
}

function draftForm(form) {
  const view = formView(form, { submit: sendDraft, heading: "unseen" });
  const { draft } = view.inputs;
  draft.rows = 14;
  view.element.addEventListener("input", () => {
    for (const [name, { value }] of Object.entries(view.inputs)) written.answers[name] = value;
  });
  draft.after(fileChooser(view));
  draft.addEventListener("paste", pasteAtOnce);
  acceptDrops(view);
  return view.element;
}

function pasteAtOnce(event) {
  const text = event.clipboardData.getData("text/plain");
  if (text.length < LONG_PASTE) return;
  event.preventDefault();
  const { target: field } = event;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function sendDraft(submission) {
  const reply = await sayLong({ ...about(attempt(submission)), submission });
  return received(reply) ? "" : reply.text;
}

/** The id of sending just this: trying again reviews it once. */
function attempt(submission) {
  const content = JSON.stringify(submission);
  if (written.attempt?.content !== content) written.attempt = { content, id: uuid() };
  return written.attempt.id;
}

function about(id = uuid()) {
  return { channel: "private", id };
}

/** Show *reply* if it is a review. Throws a Problem. */
function received(reply) {
  if (!reply || reply.reference) throw new Problem(reply?.text ?? GONE);
  if (!isMore(reply)) return false;
  post = { id: uuid(), reply };
  written.attempt = null;
  redraw(reply.text);
  return true;
}

// Files

function fileChooser(view) {
  const id = uuid();
  const onchange = () => {
    take(view, input.files);
    input.value = "";
  };
  const input = element("input", { type: "file", id, class: "unseen", accept: FILES, onchange });
  const label = element("label", { class: "small-button", for: id }, "Choose a file…");
  return element("div", { class: "chooser" }, input, label);
}

function acceptDrops(view) {
  const area = view.element;
  const hasFile = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
  area.addEventListener("dragover", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    area.classList.add("dropping");
  });
  area.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!area.contains(relatedTarget)) area.classList.remove("dropping");
  });
  area.addEventListener("drop", (event) => {
    area.classList.remove("dropping");
    if (!hasFile(event)) return;
    event.preventDefault();
    take(view, event.dataTransfer.files);
  });
}

/** Put the text of a file in place of the draft. */
async function take(view, [file, ...others]) {
  const { draft } = view.inputs;
  try {
    if (!file) return;
    if (others.length) throw new Problem("I review one file at a time. Drop the one to review.");
    view.says("");
    const question = "Put the file in place of what is written?";
    if (draft.value.trim() && !(await confirmed({ question, yes: "Replace it" }))) return;
    view.says("Reading the file…");
    draft.value = await readFile(file);
    draft.dispatchEvent(new Event("input", { bubbles: true }));
    view.says(`This is what ${file.name} says. Correct it if need be, then have it reviewed.`);
    draft.focus();
  } catch (problem) {
    view.failed(problem);
  }
}

// The review

function result() {
  const { reply } = post;
  const heading = element("h2", { tabindex: "-1" }, "The review");
  const clean = !reply.marked && !reply.sections.length;
  const unchanged = clean ? verbatim({ title: "Your draft", text: written.answers.draft }) : null;
  const body = element("div", { class: "post-body" }, replyBody(post, acting), unchanged);
  return element("section", { class: clean ? "result clean" : "result" }, heading, body);
}

const acting = {
  offersForm: true,
  form: ({ action, value }) => openForm({ ...about(), press: { action, value } }),
  async submit(submission) {
    const reply = await sayLong({ ...about(), submission });
    return received(reply) ? "" : reply.text;
  },
  async press(offered, show) {
    const { action, value } = offered;
    const undo = markPressed(post, offered);
    show();
    try {
      const reply = await sayLong({ ...about(), press: { action, value } });
      undo();
      settle(offered, reply);
    } catch (problem) {
      undo();
      post.note = explain(problem);
    }
    if (post) show();
  },
  ask() {},
};

function settle(offered, reply) {
  if (reply && ends(offered, reply)) {
    forgetDraft();
    redraw(reply.text);
  } else if (!reply || reply.reference || !received(reply)) {
    post.note = reply?.text ?? GONE;
  }
}
