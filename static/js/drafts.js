/**
 * What is typed is on the server within three seconds; nothing is kept in the browser's storage.
 *
 * A failed save is said at once and tried again until it succeeds; a newer draft elsewhere is never overwritten.
 */

const EVERY = 3000;
const LONGEST_WAIT = 60000;
const NEVER_SENT = new Set(["csrf_token", "submission_id", "version", "password"]);
const token = () => document.querySelector('meta[name="csrf-token"]').content;

for (const form of document.querySelectorAll("form[data-draft]")) keep(form);

async function reason(answer) {
  const said = await answer.json().catch(() => ({}));
  return said.message ? `${said.message} ` : "";
}

function keep(form) {
  const line = form.querySelector("[data-draft-state]");
  let version = form.dataset.draftVersion;
  let changed = false;
  let sending = false;
  let refused = false;
  let sent = false;
  let timer = 0;
  let wait = 5000;

  function say(words, status) {
    form.dataset.draftStatus = status;
    line.dataset.status = status === "failed" ? "stop" : "none";
    if (line.textContent !== words) line.textContent = words;
  }

  function body() {
    const fields = new URLSearchParams({ key: form.dataset.draft, path: location.pathname, version });
    for (const [name, value] of new FormData(form)) {
      if (name === "version") fields.append("record_version", value);
      if (!NEVER_SENT.has(name) && typeof value === "string") fields.append(name, value);
    }
    return fields;
  }

  function later(delay) {
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; save(); }, delay);
  }

  async function save() {
    if (!changed || sending || refused || sent) return;
    clearTimeout(timer);
    timer = 0;
    sending = true;
    changed = false;
    const fields = body();
    try {
      const answer = await fetch("/drafts", {
        method: "POST",
        body: fields,
        keepalive: fields.toString().length < 60000,
        headers: { "X-CSRFToken": token(), Accept: "application/json" },
      });
      await read(answer);
    } catch {
      failed("no connection");
    } finally {
      sending = false;
    }
    if (changed && !timer) later(EVERY);
  }

  async function read(answer) {
    if (answer.status === 409) {
      refused = true;
      const { message } = await answer.json();
      return say(message ?? "Not saved: this draft was changed in another tab. Copy your text before you leave.", "failed");
    }
    if (answer.status === 401 || answer.status === 403) return failed("the session is locked");
    if (!answer.ok) return failed("the server did not take it", await reason(answer));
    const saved = await answer.json();
    version = String(saved.version);
    wait = 5000;
    say(`Draft saved ${saved.saved_at}`, "saved");
  }

  function failed(why, reason = "") {
    changed = true;
    say(`Draft not saved, ${why}. ${reason}Trying again in ${wait / 1000} s. Keep this page open.`, "failed");
    later(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function soon() {
    changed = true;
    if (!timer && !sending) later(EVERY);
  }

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("focusout", save);
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  window.addEventListener("pageshow", () => { sent = false; });
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  document.addEventListener("casement:locking", (event) => { event.detail.waits.push(save()); });
  document.addEventListener("casement:unlocked", () => { wait = 5000; save(); });
}
