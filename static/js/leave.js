/** Warn before leaving typed text behind, but only when no draft on the server holds it. */

for (const form of document.querySelectorAll("form[data-guard]")) {
  form.addEventListener("input", () => { form.dataset.touched = ""; });
  form.addEventListener("submit", () => { form.dataset.sent = ""; });
}

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

function atRisk(form) {
  if (!("touched" in form.dataset) || "sent" in form.dataset) return false;
  return form.dataset.draft ? form.dataset.draftStatus === "failed" : true;
}

window.addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll("form[data-guard]")].some(atRisk)) event.preventDefault();
});
