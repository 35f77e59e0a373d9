/* Light, dark or the system's colours. A classic script in the head, not a module,
   so that the chosen colours are there before the first paint. Remembers one word, nothing about anybody. */
(() => {
  const root = document.documentElement;
  const name = "casement-theme";

  function remembered() {
    try { return localStorage.getItem(name) || "system"; } catch { return "system"; }
  }

  function show(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  }

  show(remembered());

  document.addEventListener("DOMContentLoaded", () => {
    const choice = document.querySelector("[data-theme-choice]");
    if (!choice) return;
    choice.hidden = false;
    for (const radio of choice.querySelectorAll("input")) radio.checked = radio.value === remembered();
    choice.addEventListener("change", (event) => {
      show(event.target.value);
      try { localStorage.setItem(name, event.target.value); } catch { /* private window: lasts for this page */ }
    });
  });
})();
