/** Where a page begins: at its error summary, whose links go to the control and not past it; else,
 * on a wide screen, at the field that is typed in first. A phone begins at the top of the page. */

const summary = document.querySelector("[data-problem]");

if (!summary && matchMedia("(min-width: 821px)").matches) {
  document.querySelector("[data-begin]")?.focus({ preventScroll: true });
}

if (summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const control = target.matches("fieldset") ? target.querySelector("input, select, textarea") : target;
    (control ?? target).focus();
    target.closest(".field, .item")?.scrollIntoView({ block: "nearest" });
  });
}
