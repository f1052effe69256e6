// Toasts: from Django messages, from the HX-Trigger header `bh:toast`, and from other scripts.
import { icon, make, say } from "./words.js";

const STAY = 6000;
const ICONS = { kept: "check", risk: "alert-triangle", late: "alert-circle", note: "lock" };

export function toast(text, { tone = "kept", undo = null, stay = STAY } = {}) {
  const box = make("div", `bh-toast${tone === "late" ? " is-late" : ""}`);
  const words = make("span", "", text);
  box.append(icon(ICONS[tone] || "info-circle"), words);
  if (undo) {
    const button = make("button", "btn", say("undo"));
    button.type = "button";
    button.addEventListener("click", () => { box.remove(); undo(); });
    box.append(button);
  }
  box.append(closer());
  document.getElementById("bh-toasts").append(box);
  if (stay) leave(box, tone === "late" ? stay * 2 : stay);
  return { box, words, close: () => box.remove() };
}

function closer() {
  const button = make("button", "btn btn-icon-only");
  button.type = "button";
  button.dataset.dismiss = "";
  button.setAttribute("aria-label", say("close"));
  button.append(icon("x"));
  return button;
}

// A toast under the pointer or with the focus stays: nobody has to race it.
function leave(box, wait) {
  let timer = setTimeout(() => box.remove(), wait);
  for (const event of ["pointerenter", "focusin"]) box.addEventListener(event, () => clearTimeout(timer));
  for (const event of ["pointerleave", "focusout"]) {
    box.addEventListener(event, () => { clearTimeout(timer); timer = setTimeout(() => box.remove(), wait); });
  }
}

export function startToasts() {
  for (const box of document.querySelectorAll("[data-toast]:not(.is-late)")) leave(box, STAY);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".bh-toast").remove();
  });
  document.addEventListener("bh:toast", (event) => {
    const { text, tone, undo } = event.detail;
    toast(text, { tone, undo: undo ? () => window.htmx.ajax("POST", undo, { swap: "none" }) : null });
  });
  document.addEventListener("htmx:sendError", () => toast(say("offline"), { tone: "late" }));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) toast(say("failed"), { tone: "late" });
  });
}
