/** "Copy" beside a field that only shows something; without it the text is selected and copied. */

for (const button of document.querySelectorAll("[data-copy]")) {
  const input = document.getElementById(button.dataset.copy);
  const said = button.closest(".field").querySelector("[data-copied]");

  const copy = async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "Selected. Press Ctrl+C to copy.";
    }
  };

  input.addEventListener("focus", () => input.select());
  button.hidden = false;
  button.addEventListener("click", copy);
}
