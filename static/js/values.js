/** A panel of values: Tab goes from value to value, the arrows up and down as well; units and limits are a choice away. */

const values = [...document.querySelectorAll("[data-value]")];
const beside = [...document.querySelectorAll("[data-beside]")];
const choice = document.querySelector("[data-beside-choice]");

function order() {
  const all = choice.querySelector("input").checked;
  for (const one of beside) {
    const isAsked = one.dataset.beside === "unit" && !one.value;
    if (all || isAsked || one.closest("[data-invalid]")) one.removeAttribute("tabindex");
    else one.tabIndex = -1;
  }
}

function move(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const here = values.indexOf(event.target);
  if (!by || here < 0 || event.target.tagName === "SELECT") return;
  event.preventDefault();
  values[here + by]?.focus();
}

if (choice) {
  choice.hidden = false;
  choice.addEventListener("change", order);
  order();
}
document.addEventListener("keydown", move);

const first = [document.querySelector("[name=taken_on]"), document.querySelector("[name=line]"), ...values].find((one) => one && !one.value);
if (document.activeElement === document.body && !document.querySelector("[data-problem]")) first?.focus();
