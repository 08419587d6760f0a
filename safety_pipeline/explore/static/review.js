// Verdicts of a reviewer: kept in this browser under the id of their row, exported as CSV; nothing is sent.
"use strict";

const KEPT = "crosswalk-verdicts";
const NAME = "crosswalk-reviewer";
const COLUMNS = [
  "grade_map_id", "verdict", "grade_lower", "grade_upper", "grade_preferred", "comment", "reviewer", "reviewed_on",
];
const GRADES = ["grade_lower", "grade_upper", "grade_preferred"];

const kept = () => JSON.parse(localStorage.getItem(KEPT) || "{}");
const keep = (verdicts) => localStorage.setItem(KEPT, JSON.stringify(verdicts));
const at = (id) => document.getElementById(id);

function told() {
  const verdicts = Object.values(kept());
  const changes = verdicts.filter((each) => each.verdict === "change").length;
  at("kept").textContent = verdicts.length
    ? `Verdicts in this browser: ${verdicts.length}, of which changes: ${changes}.` : "No verdict yet.";
}

function say(card, text) {
  card.querySelector(".said").textContent = text;
}

// What stands in the form of a row; nothing where it cannot be a verdict yet, and the reason is said.
function verdictOf(card) {
  const said = new FormData(card.querySelector("form.verdict"));
  const verdict = said.get("verdict");
  if (!verdict) { say(card, "Say right or change."); return null; }
  const reviewer = at("reviewer").value.trim();
  if (!reviewer) { say(card, "Not kept: write your name at the top of the page first."); return null; }
  const grades = Object.fromEntries(GRADES.map((name) => [name, verdict === "change" ? said.get(name) : ""]));
  if (verdict === "change" && !(grades.grade_lower <= grades.grade_preferred && grades.grade_preferred <= grades.grade_upper)) {
    say(card, "Not kept: preferred must lie between lowest and highest."); return null;
  }
  return { verdict, ...grades, comment: said.get("comment").trim(), reviewer, reviewed_on: at("reviewed_on").value };
}

function judged(card) {
  const verdict = verdictOf(card);
  if (!verdict) return;
  keep({ ...kept(), [card.dataset.row]: verdict });
  shown(card);
  told();
}

function shown(card) {
  const verdict = kept()[card.dataset.row];
  const form = card.querySelector("form.verdict");
  if (!verdict) { form.reset(); say(card, ""); return; }
  for (const [name, value] of Object.entries(verdict)) {
    if (form.elements[name] && value !== "") form.elements[name].value = value;
  }
  const range = verdict.grade_lower === verdict.grade_upper ? `grade ${verdict.grade_lower}`
    : `grade ${verdict.grade_lower} to ${verdict.grade_upper}, rather ${verdict.grade_preferred}`;
  const what = verdict.verdict === "right" ? "right" : `change to ${range}`;
  say(card, `Kept: ${what}, ${verdict.reviewer}, ${verdict.reviewed_on}.`);
}

function filled() {
  if (!at("kept")) return;
  at("reviewer").value = localStorage.getItem(NAME) || "";
  document.querySelectorAll("article.row").forEach(shown);
  told();
}

function exported() {
  const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = Object.entries(kept()).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, verdict]) => COLUMNS.map((name) => quoted(name === "grade_map_id" ? id : verdict[name])).join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([[COLUMNS.join(","), ...lines, ""].join("\n")], { type: "text/csv" }));
  link.download = `verdicts_${at("reviewed_on").value}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

document.addEventListener("input", (event) => {
  if (event.target.id === "reviewer") localStorage.setItem(NAME, event.target.value.trim());
});

document.addEventListener("change", (event) => {
  const card = event.target.closest("article.row");
  if (!card || !event.target.closest("form.verdict")) return;
  if (GRADES.includes(event.target.name)) card.querySelector("input[value=change]").checked = true;
  judged(card);
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("form.verdict")) { event.preventDefault(); judged(event.target.closest("article.row")); }
});

document.addEventListener("click", (event) => {
  if (event.target.id === "export") exported();
  if (event.target.id === "forget" && confirm("Forget every verdict in this browser?")) { keep({}); filled(); }
  if (event.target.matches(".take-back")) {
    const card = event.target.closest("article.row");
    const { [card.dataset.row]: _, ...others } = kept();
    keep(others);
    shown(card);
    told();
  }
});

// Letters work while a row itself has the focus, never while something is typed.
document.addEventListener("keydown", (event) => {
  const card = event.target;
  if (!card.matches?.("article.row") || event.ctrlKey || event.metaKey || event.altKey) return;
  const cards = [...document.querySelectorAll("article.row")];
  const step = { j: 1, k: -1 }[event.key];
  if (step) cards[cards.indexOf(card) + step]?.focus();
  if (event.key === "r") { card.querySelector("input[value=right]").checked = true; judged(card); }
  if (event.key === "c") {
    card.querySelector("input[value=change]").checked = true;
    card.querySelector("select[name=grade_lower]").focus();
  }
});

// The main part of the page is replaced when a filter changes.
new MutationObserver(filled).observe(document.body, { childList: true });
filled();
