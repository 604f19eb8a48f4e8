// Talking to the server. Whatever goes wrong becomes a Problem with a sentence to show.

import { myName } from "./memory.js";

const PATIENCE = 120_000;
const LARGEST_FILE = 5_000_000;

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

const SENTENCES = {
  413: "That is too long for one message. Send a shorter part of it.",
  502: "Coach is not running behind its proxy at the moment. Try again in a minute.",
  503: "Coach is busy or starting. Try again in a minute.",
};

let first = null;

/** What went wrong, in a sentence; of a form that can't be taken in, a sentence by field. */
export class Problem extends Error {
  constructor(sentence, status = 0, fields = null) {
    super(sentence);
    Object.assign(this, { status, fields });
  }
}

/** Post to Coach; the answer is a reply, or null where Coach has nothing to say. */
export function say(said) {
  return asPerson("/web/messages", said);
}

/** Like `say`, for what may be long: a whole draft, a filled-in form. */
export function sayLong(said) {
  return asPerson("/web/reviews", said);
}

/** The form that a button or a verb opens. */
export function openForm(said) {
  return asPerson("/web/forms", said);
}

/** The text of a file, read apart by Coach and kept nowhere. */
export async function readFile(file) {
  if (file.size > LARGEST_FILE) {
    throw new Problem(`${file.name} is larger than 5 MB. Paste just the text of the update.`);
  }
  const headers = { "Content-Type": "application/octet-stream" };
  headers["X-File-Name"] = encodeURIComponent(file.name.toWellFormed?.() ?? file.name);
  return (await request("/web/files", { method: "POST", headers, body: file })).text;
}

/** The image of a chart, for a light page or a dark one. */
export async function drawn(chart, dark) {
  const response = await reach(dark ? "/web/charts?dark=1" : "/web/charts", json(chart));
  if (!response.ok) throw refusal(response, await read(response));
  return response.blob();
}

/** The days of a made-up team; the first time they take some seconds. */
export function demoWeek() {
  return request("/web/demo");
}

export function logIn(password) {
  return request("/web/login", json({ password }));
}

export function logOut() {
  return request("/web/logout", json({}));
}

export function shelf() {
  return request("/web/library");
}

/** The sentence for a person when something failed. */
export function explain(problem) {
  if (problem instanceof Problem) return problem.message;
  console.error(problem);
  return "The page made a mistake. Reload it and try again.";
}

async function asPerson(path, said) {
  const posted = json({ ...said, name: myName(), zone: ZONE });
  // The first response brings the cookie that says who this browser is: the others wait for it.
  if (first) {
    await first.catch(() => null);
    return request(path, posted);
  }
  first = request(path, posted);
  first.catch(() => (first = null));
  return first;
}

function json(body) {
  const headers = { "Content-Type": "application/json" };
  return { method: "POST", headers, body: JSON.stringify(body) };
}

async function request(path, options = {}) {
  const response = await reach(path, options);
  if (response.status === 204) return null;
  const content = await read(response);
  if (response.ok && content) return content;
  throw refusal(response, content);
}

function refusal({ status }, content) {
  return new Problem(content?.problem ?? sentence(status), status, content?.fields);
}

async function reach(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    throw new Problem(
      error.name === "TimeoutError"
        ? "Coach took too long to answer. Try again."
        : "Coach can't be reached. Check that it is running and you are online, then try again.",
    );
  }
}

async function read(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function sentence(status) {
  return SENTENCES[status] ?? `Coach could not do that (status ${status}). Try again.`;
}
