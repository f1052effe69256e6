// The sentences of the scripts, written by the server in the reader's language.
const holder = document.getElementById("bh-words");
const words = (holder && JSON.parse(holder.textContent)) || {};

export function say(key, values = {}) {
  return (words[key] || "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function clock(moment = new Date()) {
  return moment.toTimeString().slice(0, 5);
}

export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

export function icon(name) {
  const element = make("i", `ti ti-${name}`);
  element.setAttribute("aria-hidden", "true");
  return element;
}

export function csrf() {
  const headers = document.body.getAttribute("hx-headers");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : "";
}
