// Lists: selection with its bar of verbs, j and k, fresh rows.
import { say } from "./words.js";

function refresh(form) {
  const boxes = [...form.querySelectorAll("[data-pick]")];
  const picked = boxes.filter((box) => box.checked).length;
  const bar = form.querySelector("[data-bulk-bar]");
  if (bar) bar.hidden = picked === 0;
  for (const place of form.querySelectorAll("[data-picked]")) place.textContent = say("picked", { n: picked });
  const all = form.querySelector("[data-pick-all]");
  if (all) { all.checked = picked > 0 && picked === boxes.length; all.indeterminate = picked > 0 && picked < boxes.length; }
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-list] a[href]:not([data-skip])")].filter((row) => row.checkVisibility());
  if (!rows.length) return false;
  const now = rows.findIndex((row) => row === document.activeElement || row.classList.contains("is-on"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, now + step))];
  next?.focus();
  return Boolean(next);
}

// What scrolls can be reached and scrolled by keyboard; what fits is no stop on the way.
function reachScrollers() {
  for (const box of document.querySelectorAll("[data-scroll], .bh-table-wrap, .bh-pane, .bh-tl, .bh-dock, .bp-nav")) {
    const scrolls = getComputedStyle(box).overflowY !== "visible" && (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight);
    if (scrolls) box.tabIndex = 0; else box.removeAttribute("tabindex");
  }
}

// A timeline opens at its newest entry; who has scrolled up to read stays there when it loads itself again.
const END = 40;
let readAt = null;

function rememberPlace(event) {
  const box = event.detail.target.querySelector?.(".bh-tl");
  const rest = box ? box.scrollHeight - box.scrollTop - box.clientHeight : 0;
  readAt = rest > END ? box.scrollTop : null;
}

function showNewest() {
  const box = document.querySelector(".bh-case-live .bh-tl");
  if (box && !location.hash) box.scrollTop = readAt ?? box.scrollHeight;
}

export function startLists() {
  reachScrollers();
  showNewest();
  document.addEventListener("htmx:beforeSwap", rememberPlace);
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target.id === "case-live") showNewest(); });
  addEventListener("resize", reachScrollers);
  document.addEventListener("htmx:afterSettle", reachScrollers);
  document.addEventListener("change", (event) => {
    event.target.closest("[data-filters]")?.requestSubmit();
    const form = event.target.closest("[data-bulk]");
    if (!form || !event.target.matches("[data-pick], [data-pick-all]")) return;
    if (event.target.matches("[data-pick-all]")) {
      for (const box of form.querySelectorAll("[data-pick]")) box.checked = event.target.checked;
    }
    refresh(form);
  });
  document.addEventListener("click", (event) => {
    const clear = event.target.closest("[data-pick-none]");
    if (!clear) return;
    const form = clear.closest("[data-bulk]");
    for (const box of form.querySelectorAll("[data-pick]")) box.checked = false;
    refresh(form);
  });
  // fresh rows would take the ticks away: they wait until somebody has done with them
  document.addEventListener("bihuan:live-due", (event) => {
    if (event.target.querySelector("[data-pick]:checked")) event.preventDefault();
  });
  for (const form of document.querySelectorAll("[data-bulk]")) refresh(form);
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (localStorage.getItem("bihuan-single-keys") === "off") return;
    if (event.key === "j" && move(1)) event.preventDefault();
    if (event.key === "k" && move(-1)) event.preventDefault();
  });
}
