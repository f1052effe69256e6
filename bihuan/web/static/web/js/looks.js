// Theme and text size at once; the cookie follows. The stale banner and the live dot.
import { csrf } from "./words.js";

const root = document.documentElement;

function apply(form, submitter) {
  const data = new FormData(form, submitter);
  const theme = submitter.hasAttribute("data-theme-flip") ? (root.dataset.bsTheme === "dark" ? "light" : "dark") : data.get("theme");
  const body = new URLSearchParams();
  if (theme) { body.set("theme", theme); root.dataset.theme = theme; root.dispatchEvent(new Event("bh:theme")); }
  if (data.get("text")) { body.set("text", data.get("text")); root.dataset.text = data.get("text"); }
  mark(form, theme, data.get("text"));
  return fetch(form.action, { method: "POST", body, headers: { "X-CSRFToken": csrf(), "X-Requested-With": "fetch" } });
}

// the next press of a switch offers the other value; the chosen theme carries the check
function mark(form, theme, text) {
  for (const button of form.querySelectorAll("button[name=theme]:not([data-theme-flip])")) {
    if (!theme) break;
    const on = button.value === theme;
    button.setAttribute("aria-pressed", String(on));
    button.querySelector(".ti-check")?.remove();
    if (on) button.insertAdjacentHTML("beforeend", '<i class="ti ti-check" aria-hidden="true"></i>');
  }
  for (const button of form.querySelectorAll("button[name=text]")) {
    if (!text) break;
    button.value = text === "large" ? "normal" : "large";
    button.setAttribute("aria-pressed", String(text === "large"));
    button.querySelector(".ti-check")?.remove();
    if (text === "large" && button.matches(".bh-menu-i")) button.insertAdjacentHTML("beforeend", '<i class="ti ti-check" aria-hidden="true"></i>');
  }
}

export function startLooks() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-preferences]") || !event.submitter) return;
    event.preventDefault();
    apply(event.target, event.submitter);
  });
  document.addEventListener("bh:stale", (event) => showStale(true, event.detail?.text));
  document.addEventListener("bh:fresh", () => showStale(false));
  document.addEventListener("bh:live", (event) => {
    const dot = document.getElementById("bh-live");
    if (!dot) return;
    dot.dataset.state = event.detail.state;
    // connecting at the start is no news
    if (event.detail.state === "on") dot.hidden = false;
  });
}

function showStale(on, text) {
  const banner = document.getElementById("bh-stale");
  if (!banner) return;
  if (text) banner.querySelector("[data-stale-text]").textContent = text;
  banner.hidden = !on;
}
