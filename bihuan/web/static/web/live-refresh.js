// Which parts of a page an entry concerns, and when they load themselves again: gathered, not more often than every two
// seconds, never in a hidden tab, and never under the fingers of somebody who is typing in them.

const GATHER = 150;
const SPREAD = 250; // many browsers hear of the same entry: not all ask in the same instant
const APART = 2_000;
const SETTLED = 50; // htmx swaps before it says so and settles just after
const PATIENCE = 5_000;
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

const due = new Map(); // element: { timer, entries }
const loadedAt = new WeakMap();

export function refreshFor(entry) {
  for (const element of document.querySelectorAll("[data-live]")) {
    if (concerns(element, entry)) plan(element, entry);
  }
}

export function refreshAll() {
  for (const element of document.querySelectorAll("[data-live]")) plan(element, null);
}

// Loads the parts about a subject at once. True when something changed, null when they could not be loaded.
export async function refreshNow(subject) {
  const parts = [...document.querySelectorAll("[data-live][hx-get]")].filter((part) => names(part).includes(subject));
  const results = await Promise.all(parts.map(load));
  return results.includes(null) ? null : results.includes(true);
}

const names = (element) => element.dataset.live.split(/\s+/);

function concerns(element, { subject, subject_id: id }) {
  const told = [`${subject}:${id}`, subject, ...(subject === "case" ? ["queue"] : [])];
  return names(element).some((name) => told.includes(name));
}

function plan(element, entry) {
  const waiting = due.get(element) || { entries: [], timer: null };
  due.set(element, waiting);
  if (entry) waiting.entries.push(entry);
  if (waiting.timer || waiting.held) return;
  const rest = Math.max(0, (loadedAt.get(element) || 0) + APART - Date.now());
  waiting.timer = setTimeout(() => perform(element, waiting), Math.max(rest, GATHER) + Math.random() * SPREAD);
}

function perform(element, waiting) {
  waiting.timer = null;
  if (!element.isConnected) return due.delete(element);
  if (document.hidden) return; // when the tab is looked at again
  if (isTypedInto(element)) return hold(element, waiting);
  due.delete(element);
  loadedAt.set(element, Date.now());
  const detail = { entries: waiting.entries };
  const wanted = element.dispatchEvent(new CustomEvent("bihuan:live-due", { bubbles: true, cancelable: true, detail }));
  if (wanted) element.dispatchEvent(new CustomEvent("live", { detail }));
}

const isTypedInto = (element) => document.activeElement?.matches(TYPING) && element.contains(document.activeElement);

function hold(element, waiting) {
  waiting.held = true;
  element.addEventListener("focusout", () => { waiting.held = false; plan(element, null); }, { once: true });
}

function load(part) {
  const before = part.innerHTML;
  const holder = part.parentElement;
  const index = [...holder.children].indexOf(part);
  return new Promise((resolve) => {
    const end = (answer) => { document.removeEventListener("htmx:afterRequest", loaded); resolve(answer); };
    const loaded = ({ detail }) => {
      if (detail.requestConfig?.elt !== part) return;
      setTimeout(() => end(detail.successful ? holder.children[index]?.innerHTML !== before : null), SETTLED);
    };
    document.addEventListener("htmx:afterRequest", loaded);
    setTimeout(() => end(null), PATIENCE);
    part.dispatchEvent(new CustomEvent("live", { detail: { entries: [] } }));
  });
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const element of due.keys()) plan(element, null);
});
