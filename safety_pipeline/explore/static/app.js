// A choice shows at once: the page behind the new address is fetched and its main part put in place.
// Without this script the same form has a button and every link works.
"use strict";

const parser = new DOMParser();
let latest = 0;

async function show(address, keepFocus) {
  const mine = ++latest;
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  const page = parser.parseFromString(await answer.text(), "text/html");
  if (mine !== latest) return;
  document.title = page.title;
  document.getElementById("main").replaceWith(page.getElementById("main"));
  const field = keepFocus && document.getElementById(keepFocus);
  if (field) field.focus();
}

function addressOf(form) {
  const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(chosen).toString();
  return query ? `${form.getAttribute("action")}?${query}` : form.getAttribute("action");
}

function choose(form, field) {
  const address = addressOf(form);
  history.pushState(null, "", address);
  show(address, field);
}

// Choices that belong together wait for their button.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form.filters:not([data-waits])");
  if (form) choose(form, event.target.id);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.filters")) return;
  event.preventDefault();
  choose(event.target, document.activeElement.id);
});

// A list of names is offered by what is typed: the name that stands there is selected, so that typing replaces it.
document.addEventListener("focusin", (event) => {
  if (event.target.matches("input[list]")) event.target.select();
});

addEventListener("popstate", () => show(location.href, null));
