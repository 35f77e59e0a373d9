/** The error summary takes the focus, and its links go to the control, not past it. */

const summary = document.querySelector("[data-problem]");

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
