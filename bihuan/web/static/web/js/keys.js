// Keyboard shortcuts from `data-key`, the help overlay and the command palette: all read from the page itself.
import { openDialog } from "./floats.js";
import { icon, make, say } from "./words.js";

const SETTING = "bihuan-single-keys";
const PAUSE = 900;
const CAPS = { enter: "↵", esc: "Esc", ctrl: "Ctrl", up: "↑", down: "↓" };
let typed = "";
let timer = 0;

const singleKeys = () => localStorage.getItem(SETTING) !== "off";
const isTyping = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
const isShown = (element) => element.checkVisibility() && !element.closest("dialog:not([open])");

function commands() {
  return [...document.querySelectorAll("[data-key], [data-command]")].filter(isShown).map((element) => ({
    element,
    keys: element.dataset.key || "",
    label: element.dataset.keyLabel || element.getAttribute("aria-label") || (element.labels?.[0] || element).textContent.trim(),
    icon: element.querySelector(".ti")?.className.match(/ti-[\w-]+/)?.[0].slice(3) || "chevron-right",
  }));
}

function run(element) {
  if (isTyping(element)) { element.focus(); element.select?.(); } else element.click();
}

function caps(keys) {
  const box = make("span");
  for (const key of keys.split(/[ +]/).filter(Boolean)) box.append(make("kbd", "", CAPS[key] || key), " ");
  return box;
}

// --- help

function showHelp() {
  const list = document.getElementById("bh-keys");
  if (!list) return;
  const rows = commands().filter((command) => command.keys);
  const fixed = [["ctrl+k", document.getElementById("bh-palette").getAttribute("aria-label")], ["esc", say("close")]];
  list.replaceChildren(...rows.map((command) => [command.keys, command.label]).concat(fixed).map(([keys, label]) => {
    const row = make("li");
    row.append(make("span", "", label), caps(keys));
    return row;
  }));
  document.getElementById("bh-single-keys").checked = singleKeys();
}

// --- palette

function showPalette() {
  const dialog = document.getElementById("bh-palette");
  if (!dialog) return;
  const found = commands();
  openDialog("bh-palette");
  const input = dialog.querySelector("input");
  input.value = "";
  input.oninput = () => fill(found, input.value);
  fill(found, "");
}

function fill(found, wanted) {
  const list = document.getElementById("bh-palette-list");
  const parts = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = found.filter((command) => parts.every((part) => command.label.toLowerCase().includes(part)));
  list.replaceChildren(...rows.map(option));
  if (!rows.length) list.append(make("li", "bh-palette-n", say("nothing")));
  else select(list, list.firstElementChild);
}

function option(command, index) {
  const row = make("li");
  row.id = `bh-option-${index}`;
  row.setAttribute("role", "option");
  row.append(icon(command.icon), make("span", "", command.label), command.keys ? caps(command.keys) : make("span"));
  row.addEventListener("click", () => { document.getElementById("bh-palette").close(); run(command.element); });
  return row;
}

function select(list, row) {
  for (const other of list.children) other.setAttribute("aria-selected", String(other === row));
  row.scrollIntoView({ block: "nearest" });
  document.querySelector("#bh-palette input").setAttribute("aria-activedescendant", row.id);
}

function steer(event) {
  const list = document.getElementById("bh-palette-list");
  const now = list.querySelector("[aria-selected=true]");
  if (!now) return;
  const step = { ArrowDown: now.nextElementSibling, ArrowUp: now.previousElementSibling }[event.key];
  if (step) { event.preventDefault(); select(list, step); }
  if (event.key === "Enter") { event.preventDefault(); now.click(); }
}

// --- keys

function pressed(event) {
  if (event.isComposing || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); return showPalette(); }
  if (document.getElementById("bh-palette")?.open) return steer(event);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]") || event.key.length !== 1 || !singleKeys()) return;
  clearTimeout(timer);
  timer = setTimeout(() => { typed = ""; }, PAUSE);
  typed = typed ? `${typed} ${event.key}` : event.key;
  const all = commands().filter((command) => command.keys);
  const hit = all.find((command) => command.keys === typed) || all.find((command) => command.keys === event.key);
  if (hit) { event.preventDefault(); typed = ""; run(hit.element); }
  else if (!all.some((command) => command.keys.startsWith(`${typed} `))) typed = "";
}

export function startKeys() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open=bh-help]")) showHelp();
  }, true);
  document.getElementById("bh-single-keys")?.addEventListener("change", (event) => {
    localStorage.setItem(SETTING, event.target.checked ? "on" : "off");
  });
}
