// The page itself: which view is shown, the navigation, and logging out.

import { logOut } from "./api.js";
import { chatView } from "./chat.js";
import { contextsView } from "./contexts.js";
import * as conversations from "./conversations.js";
import { demoView } from "./demo.js";
import { libraryView } from "./library.js";
import { forget, forgetName } from "./memory.js";
import { forgetDraft, reviewView } from "./review.js";
import { teamView } from "./team.js";

const VIEWS = {
  "ml-team": () => chatView("ml-team"),
  private: () => chatView("private"),
  review: reviewView,
  team: teamView,
  "team/demo": demoView,
  contexts: contextsView,
  library: libraryView,
};

const main = document.getElementById("main");
const menu = document.getElementById("menu");
const rail = document.querySelector(".rail");
let current = null;

function show({ focus }) {
  const name = location.hash.startsWith("#/") ? location.hash.slice(2) : "";
  const known = Object.hasOwn(VIEWS, name) ? name : "ml-team";
  current?.left();
  current = VIEWS[known]();
  document.title = `${current.title} · Coach`;
  main.replaceChildren(current.element);
  current.placed();
  markCurrent(known.split("/")[0]);
  toggleMenu(false);
  if (focus) main.querySelector("h1").focus();
}

function markCurrent(name) {
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function toggleMenu(open) {
  menu.setAttribute("aria-expanded", String(open));
  rail.classList.toggle("open", open);
}

function offerLogOut() {
  const button = document.getElementById("logout");
  button.hidden = document.body.dataset.login !== "yes";
  button.addEventListener("click", async () => {
    await logOut().catch(() => null);
    forget();
    forgetDraft();
    forgetName();
    sessionStorage.clear();
    location.assign("/web/login");
  });
}

menu.addEventListener("click", () => toggleMenu(menu.getAttribute("aria-expanded") !== "true"));
rail.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !rail.classList.contains("open")) return;
  toggleMenu(false);
  menu.focus();
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
rail.addEventListener("click", ({ target }) => target.closest("a") && toggleMenu(false));
window.addEventListener("hashchange", () => show({ focus: true }));

offerLogOut();
conversations.open();
show({ focus: false });
