// Before the first paint: the system's theme for those who chose none. A classic script, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const draw = () => {
    const wanted = root.dataset.theme;
    root.dataset.bsTheme = wanted === "auto" ? (dark.matches ? "dark" : "light") : wanted;
  };
  draw();
  dark.addEventListener("change", draw);
  root.addEventListener("bh:theme", draw);
})();
