// Live updates of a page.
//
//   <meta name="bihuan-live" content="812:0" data-staff="7">   where the journal stood when the page was rendered
//   data-live="case:12 queue"    loads itself again (htmx event `live`) when one of these changes; `queue` is any case
//   data-live-guard="case:12"    a form that is not sent on an old page: its `data-live` part is loaded first
//   event `bihuan:live` on document    every entry; `bihuan:live-due` on an element, cancelable: before it loads itself
import { refreshAll, refreshFor, refreshNow } from "./live-refresh.js";

const STALE_AFTER = 5_000;
const HELD_FOR = 30_000; // after a check the form may be sent for so long

const place = document.querySelector('meta[name="bihuan-live"]');
let state = "retry";
let staleTimer = null;
let reach = () => {};

function hear(message) {
  if (message.type === "state") turn(message.state);
  if (message.type === "resync") refreshAll();
  if (message.type === "entry") {
    document.dispatchEvent(new CustomEvent("bihuan:live", { detail: message.entry }));
    refreshFor(message.entry);
  }
}

function turn(next) {
  state = next;
  document.documentElement.dataset.liveState = next;
  document.dispatchEvent(new CustomEvent("bh:live", { detail: { state: next } }));
  clearTimeout(staleTimer);
  if (next === "on") document.dispatchEvent(new CustomEvent("bh:fresh"));
  else staleTimer = setTimeout(() => document.dispatchEvent(new CustomEvent("bh:stale", { detail: {} })), STALE_AFTER);
}

async function connect() {
  if ("SharedWorker" in window) {
    const worker = new SharedWorker(new URL("./live-worker.js", import.meta.url), { type: "module", name: "bihuan-live" });
    worker.port.onmessage = ({ data }) => hear(data);
    reach = (message) => worker.port.postMessage(message);
  } else {
    const { Desk } = await import("./live-desk.js");
    const desk = new Desk();
    reach = (message) => (message.type === "join" ? desk.join(hear, message) : desk.leave(hear));
  }
  join();
}

function join() {
  reach({ type: "join", after: place?.content || null, staff: place?.dataset.staff || null });
}

// Not on an old page: while the line is down, what the form answers is loaded by an ordinary request first. If nothing
// is new the form goes its way; if something is, it stays, and the person reads before sending.
async function guard(event) {
  const form = event.target;
  if (state === "on" || !form.matches?.("[data-live-guard]")) return;
  if (Date.now() - Number(form.dataset.liveChecked || 0) < HELD_FOR) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const changed = await refreshNow(form.dataset.liveGuard);
  if (changed === null) return; // no connection at all: nothing could be sent either
  form.dataset.liveChecked = Date.now();
  const notice = form.querySelector("[data-live-held]");
  if (notice) notice.hidden = !changed;
  if (!changed) form.requestSubmit(event.submitter);
  else form.dispatchEvent(new CustomEvent("bihuan:live-held", { bubbles: true }));
}

document.addEventListener("submit", guard, true);
window.addEventListener("pagehide", () => reach({ type: "leave" }));
window.addEventListener("pageshow", (event) => { if (event.persisted) { join(); refreshAll(); } });
turn("retry");
connect();
