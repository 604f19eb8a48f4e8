// Logging in: what is wrong is said beside the field.

import { logIn } from "./api.js";

const form = document.getElementById("login");
const problem = document.getElementById("problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  try {
    await logIn(form.elements.password.value);
    location.assign("/");
  } catch (error) {
    problem.textContent = error.message;
    form.elements.password.select();
  }
});

// Sent before anybody listens, the password would leave in a plain form.
form.querySelector("button").disabled = false;
