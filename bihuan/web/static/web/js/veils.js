// A value shown in clear covers itself when its time is over, also in a tab that slept meanwhile.

const CHECK = 1_000;

function cover() {
  for (const shown of document.querySelectorAll("[data-expires]")) {
    if (Date.parse(shown.dataset.expires) > Date.now()) continue;
    shown.textContent = shown.dataset.hidden || "***";
    delete shown.dataset.expires;
    delete shown.dataset.watermark;
  }
}

export function startVeils() {
  setInterval(cover, CHECK);
  document.addEventListener("visibilitychange", cover);
}
