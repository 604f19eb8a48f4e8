// Building elements. Text only ever becomes text nodes, so nothing that people write is markup.

/** Make an element; keys that start with "on" are listeners, null and false leave one out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null));
  return made;
}

/** A small button. */
export function button(label, onclick, attributes = {}) {
  const usual = { type: "button", class: "small-button", onclick };
  return element("button", { ...usual, ...attributes }, label);
}

/** A line in small print. */
export function small(...children) {
  return element("p", { class: "small muted" }, children);
}

/** Questions to click on. */
export function chips(label, questions, ask) {
  const items = questions.map((question) =>
    element("li", {}, button(question, () => ask(question), { class: "chip" })),
  );
  return element("ul", { class: "chips", "aria-label": label }, items);
}

/** The heading of a view, with what it is about. */
export function viewTitle(title, about) {
  const heading = element("h1", { tabindex: "-1" }, title);
  return element("div", { class: "view-title" }, heading, small(about));
}

/** A random UUID; crypto.randomUUID is missing on pages served without TLS. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
