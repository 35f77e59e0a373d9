/** Single keys: silent in text fields, with modifiers and behind dialogs; they can be turned off (WCAG 2.1.4). */

const SWITCH = "casement-shortcuts";
const help = document.getElementById("keys");
const box = document.getElementById("keys-on");
const TEXT = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
let first = "";
let firstAt = 0;

function on() {
  try { return localStorage.getItem(SWITCH) !== "off"; } catch { return true; }
}

function showHelp() {
  box.checked = on();
  help.showModal();
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement?.closest?.("tr, li")?.querySelector("[data-row]") ?? null);
  const next = here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + by));
  rows[next].focus();
}

function press(key) {
  const chord = performance.now() - firstAt < 1200 ? `${first} ${key}` : key;
  const target = document.querySelector(`[data-key="${CSS.escape(chord)}"]`)
    ?? document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  first = key;
  firstAt = performance.now();
  target?.click();
  return Boolean(target);
}

function single(event) {
  if (event.key === "/") { document.getElementById("search")?.focus(); return true; }
  if (event.key === "?") { showHelp(); return true; }
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") { step(key === "j" ? 1 : -1); return true; }
  return key.length === 1 && press(key);
}

function save(event) {
  const all = document.querySelectorAll("main [data-submit]");
  const button = event.target.closest?.("form")?.querySelector("[data-submit]") ?? (all.length === 1 ? all[0] : null);
  if (!button || event.repeat) return;
  event.preventDefault();
  button.form.requestSubmit(button);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return save(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !on()) return;
  if (event.target.closest?.(TEXT)) return;
  if (single(event)) event.preventDefault();
});

box?.addEventListener("change", () => {
  try { localStorage.setItem(SWITCH, box.checked ? "on" : "off"); } catch { /* private window: stays on */ }
});

for (const link of document.querySelectorAll("[data-help]")) {
  link.addEventListener("click", (event) => { event.preventDefault(); showHelp(); });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// On a phone the bars of links scroll sideways: where one is stays in view.
for (const here of document.querySelectorAll('nav [aria-current="page"]')) {
  const bar = here.closest("nav");
  const [inner, outer] = [here.getBoundingClientRect(), bar.getBoundingClientRect()];
  if (inner.right > outer.right) bar.scrollLeft += inner.right - outer.right;
}
