// Dialogs, popovers, confirmation: the browser's own elements, opened by attributes.

const GAP = 8;
let answered = false;

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  dialog.showModal();
}

// A link with data-pop shows its answer beside itself; without scripts it is an ordinary page.
async function openPop(link) {
  const pop = document.getElementById("bh-float") || newPop();
  if (pop.matches(":popover-open") && pop.opener === link) return pop.hidePopover();
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return location.assign(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  pop.replaceChildren(...page.body.childNodes);
  pop.opener = link;
  window.htmx?.process(pop);
  if (!pop.matches(":popover-open")) pop.showPopover();
  place(pop, link);
  link.setAttribute("aria-expanded", "true");
  pop.querySelector("[data-close], a, button")?.focus({ preventScroll: true });
}

function newPop() {
  const pop = document.createElement("div");
  pop.id = "bh-float";
  pop.className = "bh-float";
  pop.popover = "auto";
  pop.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && pop.opener) {
      pop.opener.setAttribute("aria-expanded", "false");
      if (pop.contains(document.activeElement) || document.activeElement === document.body) pop.opener.focus();
    }
  });
  document.body.append(pop);
  return pop;
}

function place(pop, link) {
  const at = link.getBoundingClientRect();
  const wide = document.documentElement.clientWidth;
  const high = document.documentElement.clientHeight;
  const left = Math.max(16, Math.min(at.left - 196, wide - pop.offsetWidth - 16));
  const below = at.bottom + GAP;
  const fits = below + pop.offsetHeight <= high - 16;
  const top = fits ? below : Math.max(16, Math.min(below, high - pop.offsetHeight - 16));
  pop.style.inset = `${top}px auto auto ${left}px`;
}

function askFirst(form, submitter) {
  const dialog = document.getElementById("bh-confirm");
  dialog.querySelector("[data-confirm-text]").textContent = form.dataset.confirm;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    answered = true;
    form.requestSubmit(submitter);
    answered = false;
  }, { once: true });
  dialog.showModal();
}

export function startFloats() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    const closer = event.target.closest("[data-close]");
    const link = event.target.closest("a[data-pop]");
    if (opener) openDialog(opener.dataset.open);
    else if (closer) closeAround(closer);
    else if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); openPop(link); }
    else if (event.target.matches("dialog")) closeOutside(event);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.confirm || answered) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    askFirst(event.target, event.submitter);
  }, true);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "bh-refusal-body") openDialog("bh-refusal");
  });
}

function closeAround(button) {
  const dialog = button.closest("dialog");
  const pop = button.closest("[popover]");
  if (pop) pop.hidePopover();
  else if (dialog) dialog.close();
}

// a click on the backdrop lands on the dialog itself, outside its box
function closeOutside(event) {
  const box = event.target.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && event.clientX + event.clientY > 0) event.target.close();
}
