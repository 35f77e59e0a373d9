/** Patient search as you type: a combobox over the plain search form, which goes on working by itself. */

const form = document.querySelector("form[data-suggest]");
if (form) begin(form, form.querySelector("input[type=search]"));

function begin(form, input) {
  const panel = document.createElement("div");
  const list = document.createElement("ul");
  const words = document.createElement("p");
  panel.className = "suggestions";
  panel.hidden = true;
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Patients");
  words.setAttribute("role", "status");
  panel.append(list, words);
  form.append(panel);
  for (const [name, value] of Object.entries({
    "role": "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
  })) input.setAttribute(name, value);

  let timer = 0;
  let request = null;
  let shown = "";
  let selected = -1;

  const options = () => [...list.children];

  function close() {
    panel.hidden = true;
    selected = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function select(index) {
    const all = options();
    if (!all.length) return;
    selected = (index + all.length) % all.length;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === selected)));
    all[selected].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", all[selected].id);
  }

  function open(option) {
    const target = new URL(option.dataset.url, location.origin);
    if (target.origin === location.origin) location.assign(target.href);
  }

  function say(text) {
    words.textContent = text;
    panel.hidden = false;
  }

  function show(query, results) {
    shown = query;
    list.replaceChildren(...results.map(row));
    close();
    const none = results.length === 0;
    input.setAttribute("aria-expanded", String(!none));
    list.hidden = none;
    say(none ? `No patient of yours matches “${query}”.` : `${results.length} found. Enter searches the whole list.`);
  }

  async function ask(query) {
    request?.abort();
    request = new AbortController();
    try {
      const token = document.querySelector('meta[name="csrf-token"]').content;
      const answer = await fetch(form.dataset.suggest, {
        method: "POST", signal: request.signal, body: new URLSearchParams({ q: query }),
        headers: { Accept: "application/json", "X-CSRFToken": token },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { results } = await answer.json();
      if (input.value.trim() === query) show(query, results);
    } catch (error) {
      if (error.name === "AbortError") return;
      list.replaceChildren();
      say("Suggestions did not load. Press Enter to search.");
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    const query = input.value.trim();
    if (query.length < 2) { request?.abort(); close(); return; }
    timer = setTimeout(ask, 150, query);
  });

  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) { event.preventDefault(); close(); return; }
    if (panel.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); select(selected + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); select(selected < 0 ? -1 : selected - 1); }
    if (event.key !== "Enter") return;
    const only = options().length === 1 && shown === input.value.trim() ? options()[0] : null;
    const chosen = options()[selected] ?? only;
    if (chosen) { event.preventDefault(); open(chosen); }
  });

  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) open(option);
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
}

function row(patient, index) {
  const option = document.createElement("li");
  option.id = `suggestion-${index}`;
  option.dataset.url = patient.url;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const part = (tag, text, kind) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (kind) element.className = kind;
    option.append(element, " ");
    return element;
  };
  part("b", patient.name);
  part("span", `born ${patient.born}`, "meta");
  part("span", `MRN ${patient.mrn}`, "meta");
  if (patient.note) part("span", patient.note, "tone").dataset.status = "due";
  return option;
}
