/** Score entry by number keys: the digit answers the question in focus and goes on to the next. */

const items = [...document.querySelectorAll("[data-item]")];
const counter = document.querySelector("[data-item-count]");
const radios = (item) => [...item.querySelectorAll("input[type=radio]")];
const answered = (item) => radios(item).some((radio) => radio.checked);

function count() {
  if (counter) counter.textContent = `${items.filter(answered).length} of ${items.length} answered`;
}

function goOn(item) {
  const next = items[items.indexOf(item) + 1];
  if (!next) return item.closest("form").querySelector("[data-submit]")?.focus();
  const choices = radios(next);
  (choices.find((radio) => radio.checked) ?? choices[0])?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function current() {
  const active = document.activeElement;
  const within = active?.closest?.("[data-item]");
  if (within) return within;
  return active === document.body || active?.id === "main" ? items.find((item) => !answered(item)) : undefined;
}

function answer(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || !/^\d$/.test(event.key)) return;
  if (document.querySelector("dialog[open]")) return;
  const item = current();
  const radio = item && radios(item).find((choice) => choice.value === event.key);
  if (!radio) return;
  event.preventDefault();
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  goOn(item);
}

if (items.length) {
  count();
  document.addEventListener("change", count);
  document.addEventListener("keydown", answer);
}
