// Forms: drafts, counters, Ctrl+Enter, undo of a send, chosen files, caps lock. Every form also works without this.
import { toast } from "./toast.js";
import { clock, csrf, icon, make, say } from "./words.js";

const QUIET = 800;
const SMALL = 64; // twice the size it is shown in
const timers = new WeakMap();
const waiting = new Map();

// --- drafts: in the tab, and on the server where an address is given

function keepDraft(field) {
  const { draft, draftUrl } = field.dataset;
  if (field.value) sessionStorage.setItem(`draft:${draft}`, field.value);
  else sessionStorage.removeItem(`draft:${draft}`);
  if (!draftUrl) return noteDraft(field);
  const body = new URLSearchParams({ body: field.value });
  fetch(draftUrl, { method: "POST", body, headers: { "X-CSRFToken": csrf() }, keepalive: true })
    .then((answer) => { if (answer.ok) noteDraft(field); }, () => toast(say("offline"), { tone: "late" }));
}

function noteDraft(field) {
  const note = field.form?.querySelector("[data-draft-note]");
  if (note) note.textContent = say("saved", { time: clock() });
}

function later(field) {
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(() => keepDraft(field), QUIET));
}

function restoreDrafts(root) {
  for (const field of root.querySelectorAll("[data-draft]")) {
    const kept = sessionStorage.getItem(`draft:${field.dataset.draft}`);
    if (kept && !field.value) { field.value = kept; count(field); }
  }
}

function dropDrafts(form) {
  for (const field of form.querySelectorAll("[data-draft]")) {
    clearTimeout(timers.get(field));
    sessionStorage.removeItem(`draft:${field.dataset.draft}`);
  }
}

// --- counter

function count(field) {
  const shown = document.querySelector(`[data-count-of="${field.id}"]`);
  if (shown) shown.textContent = `${[...field.value].length} / ${field.dataset.count}`;
}

// --- a send that can be taken back

function holdBack(form, submitter) {
  let seconds = Number(form.dataset.undo);
  const words = () => say("sending", { n: seconds });
  const stop = () => { clearInterval(clockwork); waiting.delete(form); };
  const shown = toast(words(), { tone: "note", stay: 0, undo: () => { stop(); toast(say("undone"), { tone: "risk" }); } });
  shown.box.querySelector("[data-dismiss]").remove();
  const send = () => { stop(); shown.close(); form.dataset.sent = "yes"; form.requestSubmit(submitter); };
  const clockwork = setInterval(() => {
    seconds -= 1;
    if (seconds <= 0) send(); else shown.words.textContent = words();
  }, 1000);
  waiting.set(form, () => { stop(); fetch(form.action, { method: "POST", body: new FormData(form, submitter), keepalive: true }); });
}

// --- chosen files

function showFiles(input) {
  const list = input.closest("[data-files]");
  for (const old of list.querySelectorAll(".is-file")) old.remove();
  const label = input.closest("label");
  for (const file of input.files) label.before(fileChip(input, file));
}

function fileChip(input, file) {
  const chip = make("span", "bp-up is-file");
  const mark = icon("file");
  chip.append(mark);
  if (file.type.startsWith("image/")) drawSmall(file).then((picture) => mark.replaceWith(picture), () => {});
  const remove = make("button", "btn btn-icon-only");
  remove.type = "button";
  remove.setAttribute("aria-label", say("remove", { name: file.name }));
  remove.append(icon("x"));
  remove.addEventListener("click", () => takeOut(input, file));
  chip.append(make("span", "cut", file.name), remove);
  return chip;
}

// Drawn instead of linked: no address of a chosen file has to be allowed as a picture's source. What the browser cannot
// read as a picture keeps the mark of a file.
async function drawSmall(file) {
  const bitmap = await createImageBitmap(file);
  const canvas = make("canvas");
  const side = Math.min(bitmap.width, bitmap.height);
  canvas.width = canvas.height = SMALL;
  const corner = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  canvas.getContext("2d").drawImage(bitmap, ...corner, side, side, 0, 0, SMALL, SMALL);
  bitmap.close();
  return canvas;
}

function takeOut(input, file) {
  const rest = new DataTransfer();
  for (const other of input.files) if (other !== file) rest.items.add(other);
  input.files = rest.files;
  chosen.set(input, [...input.files]);
  showFiles(input);
}

// Choosing again adds to what was chosen before, as people expect from a phone's camera.
const chosen = new WeakMap();

function addFiles(input) {
  const all = new DataTransfer();
  if (input.multiple) for (const file of chosen.get(input) || []) all.items.add(file);
  for (const file of input.files) {
    const limit = Number(input.dataset.maxBytes || 0);
    if (limit && file.size > limit) toast(say("too_large", { name: file.name, size: `${limit >> 20} MB` }), { tone: "late" });
    else all.items.add(file);
  }
  input.files = all.files;
  chosen.set(input, [...input.files]);
  showFiles(input);
}

// --- all together, by delegation, so that swapped fragments need no start

function submitted(event) {
  const form = event.target;
  if (form.dataset.undo && !form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!waiting.has(form)) holdBack(form, event.submitter);
    return;
  }
  delete form.dataset.sent;
  dropDrafts(form);
  if (form.matches("[data-preferences]")) return;
  // pressing twice must not send twice; the value of the pressed button is already on its way
  if (!form.hasAttribute("hx-post") && form.method === "post") {
    setTimeout(() => { for (const button of form.querySelectorAll("[type=submit]")) button.setAttribute("aria-busy", "true"); });
  }
}

export function startForms() {
  restoreDrafts(document);
  for (const field of document.querySelectorAll("[data-count]")) count(field);
  document.addEventListener("htmx:afterSettle", (event) => {
    restoreDrafts(event.detail.elt);
    for (const field of event.detail.elt.querySelectorAll("[data-count]")) count(field);
  });
  document.addEventListener("input", (event) => {
    if (event.target.dataset.draft) later(event.target);
    if (event.target.dataset.count) count(event.target);
  });
  document.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.closest("[data-files]")) addFiles(event.target);
  });
  document.addEventListener("submit", submitted, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) event.target.form.requestSubmit();
    if (event.target.matches?.("[type=password]")) warnOfCaps(event);
  });
  addEventListener("pagehide", () => { for (const send of waiting.values()) send(); });
  addEventListener("pageshow", (event) => { if (event.persisted) for (const button of document.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy"); });
}

function warnOfCaps(event) {
  const note = event.target.form?.querySelector("[data-caps]");
  if (!note) return;
  note.hidden = !event.getModifierState("CapsLock");
}
