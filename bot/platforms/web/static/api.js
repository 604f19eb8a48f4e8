// Talking to the server. Whatever goes wrong becomes a Problem with a sentence to show.

const PATIENCE = 120_000;

const SENTENCES = {
  413: "That is too long for one message. Send a shorter part of it.",
  502: "Coach is not running behind its proxy at the moment. Try again in a minute.",
  503: "Coach is busy or starting. Try again in a minute.",
};

let first = null;

export class Problem extends Error {
  constructor(sentence, status = 0) {
    super(sentence);
    this.status = status;
  }
}

/** Post to Coach; the answer is a reply, or null where Coach has nothing to say. */
export async function say(said) {
  // The first response brings the cookie that says who this browser is: the others wait for it.
  if (first) {
    await first.catch(() => null);
    return request("/web/messages", said);
  }
  first = request("/web/messages", said);
  first.catch(() => (first = null));
  return first;
}

export function logIn(password) {
  return request("/web/login", { password });
}

export function logOut() {
  return request("/web/logout", {});
}

export function shelf() {
  return request("/web/library");
}

async function request(path, body) {
  const response = await reach(path, body);
  if (response.status === 204) return null;
  const content = await read(response);
  if (response.ok && content) return content;
  throw new Problem(content?.problem ?? sentence(response.status), response.status);
}

async function reach(path, body) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" } };
  const options = body ? { ...post, body: JSON.stringify(body) } : {};
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
