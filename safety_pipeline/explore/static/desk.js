// The desk answers at once: what is said is sent, and every part of the page that changed is put in place,
// except the one that is being typed in. Without this script each form has a button.
"use strict";

document.documentElement.classList.add("scripted");
const reader = new DOMParser();
let queue = Promise.resolve();
let waiting = 0;

// One after another, so that an earlier answer never replaces a later one.
function inTurn(work) {
  document.body.classList.toggle("waiting", ++waiting > 0);
  queue = queue.then(work).catch((error) => tell(`The desk does not answer (${error.message}). Is it still running?`));
  queue = queue.finally(() => document.body.classList.toggle("waiting", --waiting > 0));
  return queue;
}

function tell(text) {
  const place = document.getElementById("refused") || document.getElementById("part-notice");
  place.hidden = false;
  place.textContent = text;
}

async function replaced(answer, keepFocus) {
  const page = reader.parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(".desk");
  if (!fresh || !document.querySelector(".desk")) {
    document.title = page.title;
    document.getElementById("main").replaceWith(page.getElementById("main"));
    document.getElementById("main").focus();
    return;
  }
  const typing = document.activeElement;
  const id = typing && typing.id;
  const scrolled = [...document.querySelectorAll(".printed-scroll")].map((each) => [each.scrollLeft, each.scrollTop]);
  for (const part of document.querySelectorAll("[data-part]")) {
    const other = page.getElementById(part.id);
    if (keepFocus && part.contains(typing)) continue;
    if (other) part.replaceWith(other); else part.remove();
  }
  document.querySelectorAll(".printed-scroll").forEach((each, at) => {
    if (scrolled[at]) [each.scrollLeft, each.scrollTop] = scrolled[at];
  });
  if (id && document.activeElement !== typing) document.getElementById(id)?.focus();
}

function said(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const address = button?.getAttribute("formaction") || form.getAttribute("action");
  return fetch(address, { method: "POST", body });
}

async function pick(link) {
  const address = link.getAttribute("href");
  await replaced(await fetch(address), false);
  history.replaceState(null, "", address);
  const chosen = document.querySelector("#panel select, #panel input:not([type=hidden])");
  if (chosen) chosen.focus();
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.said");
  if (form) inTurn(async () => replaced(await said(form), true));
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id === "drop") { event.preventDefault(); openPasted(); return; }
  if (form.getAttribute("method") !== "post") return;
  event.preventDefault();
  inTurn(async () => replaced(await said(form, event.submitter), false));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.pick");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  inTurn(() => pick(link));
});

const STEPS = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };

document.addEventListener("keydown", (event) => {
  const panel = event.target.closest("#panel form");
  if (panel && event.key === "Escape") {
    document.querySelector(`.printed a[href*="?at=${panel.dataset.from}#"]`)?.focus();
    return;
  }
  const link = event.target.closest(".printed a.pick");
  if (!link || !(event.key in STEPS)) return;
  const [across, down] = STEPS[event.key];
  const isHead = Boolean(link.closest("thead"));
  const links = [...link.closest(".printed").querySelectorAll(isHead && across ? "thead a.pick" : "a.pick")];
  const next = links[links.indexOf(link) + across + down];
  if (next) { event.preventDefault(); next.focus(); }
});

// Opening: a file chosen, dropped or pasted; from the clipboard, a table keeps its columns.
async function open(name, content) {
  document.getElementById("working").textContent = "Reading the table…";
  const answer = await fetch(`/desk/open?name=${encodeURIComponent(name)}`, { method: "POST", body: content });
  const text = await answer.text();
  document.getElementById("working").textContent = "";
  if (answer.ok) { location.assign(JSON.parse(text).address); return; }
  let refused = text;
  try { refused = JSON.parse(text).refused; } catch { /* a plain sentence */ }
  tell(refused);
}

function openPasted() {
  const text = document.getElementById("paste").value;
  if (!text.trim()) { tell("Nothing is pasted yet."); return; }
  const ending = text.includes("\t") ? "tsv" : text.trimStart().startsWith("|") ? "md" : "txt";
  inTurn(() => open(`pasted_table.${ending}`, text));
}

document.addEventListener("change", (event) => {
  if (event.target.id === "file" && event.target.files[0]) {
    const file = event.target.files[0];
    inTurn(() => open(file.name, file));
  }
});

document.addEventListener("paste", (event) => {
  if (event.target.id !== "paste") return;
  const html = event.clipboardData.getData("text/html");
  if (!/<table/i.test(html)) return;
  event.preventDefault();
  inTurn(() => open("pasted_table.html", html));
});

if (document.getElementById("drop")) {
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    if (file) inTurn(() => open(file.name, file));
  });
}
