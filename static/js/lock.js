/**
 * The idle lock: at the limit the page's content leaves the document and waits in memory, typed text included.
 *
 * Counts by the wall clock, so a computer that slept locks as it wakes. All tabs of one sign-in lock and unlock together.
 */

const { idleSeconds, lockUrl, unlockUrl, keepUrl, signInUrl, signedIn } = document.body.dataset;
const LIMIT = Number(idleSeconds) * 1000;
const NOTICE = Math.min(60000, LIMIT / 2);
const page = document.querySelector("[data-page]");
const warning = document.getElementById("lock-warning");
const dialog = document.getElementById("lock");
const form = dialog.querySelector("form");
const password = document.getElementById("lock-password");
const error = document.getElementById("lock-error");
const tabs = new BroadcastChannel("casement");

let activeAt = Date.now();
let keptAt = Date.now();
let locked = null;

const token = () => document.querySelector('meta[name="csrf-token"]').content;

function renew(fresh) {
  document.querySelector('meta[name="csrf-token"]').content = fresh;
  for (const root of [document, page]) {
    for (const input of root.querySelectorAll("input[name=csrf_token]")) input.value = fresh;
  }
}

function post(url, fields = {}) {
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": token(), Accept: "application/json" },
  });
}

function active() {
  if (locked || warning.open) return;
  activeAt = Date.now();
}

async function keep() {
  keptAt = Date.now();
  tabs.postMessage({ kind: "active", at: keptAt, signedIn });
  try {
    const answer = await post(keepUrl);
    if (answer.status === 401 || answer.status === 403) lock("elsewhere");
  } catch { /* no connection: drafts say so, and the clock here goes on */ }
}

function tick() {
  if (locked) return;
  const idle = Date.now() - activeAt;
  if (idle >= LIMIT) return lock("here");
  if (idle >= LIMIT - NOTICE) return warn(Math.ceil((LIMIT - idle) / 1000));
  if (warning.open) warning.close("active");
  if (activeAt > keptAt && Date.now() - keptAt > 60000) keep();
}

function warn(seconds) {
  warning.querySelector("[data-seconds]").textContent = String(seconds);
  if (seconds % 20 === 0) warning.querySelector("[data-seconds-said]").textContent = `${seconds} seconds left`;
  if (!warning.open) {
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    warning.showModal();
  }
}

async function lock(where) {
  if (locked) return;
  const place = document.createComment("locked");
  locked = { place, title: document.title, x: scrollX, y: scrollY };
  for (const other of document.querySelectorAll("dialog[open]")) other.close("locked");
  locked.focus = document.activeElement;
  page.replaceWith(place);
  window.scrollTo(0, 0);
  document.title = "Locked · Casement";
  error.textContent = "";
  dialog.showModal();
  password.focus();
  if (where !== "here") return;
  tabs.postMessage({ kind: "lock", signedIn });
  const waits = [];
  document.dispatchEvent(new CustomEvent("casement:locking", { detail: { waits } }));
  await Promise.race([Promise.allSettled(waits), new Promise((done) => setTimeout(done, 1500))]);
  try { await post(lockUrl); } catch { /* the server's own clock locks the session as well */ }
}

function unlock(fresh) {
  if (!locked) return;
  const { place, title, focus, x, y } = locked;
  locked = null;
  renew(fresh);
  place.replaceWith(page);
  document.title = title;
  password.value = "";
  dialog.close("unlocked");
  activeAt = keptAt = Date.now();
  window.scrollTo(x, y);
  if (page.contains(focus)) focus.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("casement:unlocked"));
}

function leave() {
  locked.leaving = true;
  location.assign(signInUrl);
}

async function tryPassword() {
  const typed = password.value;
  password.value = "";
  error.textContent = "";
  let answer;
  try {
    answer = await post(unlockUrl, { password: typed });
  } catch {
    error.textContent = "No connection. What you typed is kept. Try again in a moment.";
    return password.focus();
  }
  const said = await answer.json().catch(() => null);
  if (answer.ok && said?.ok) {
    tabs.postMessage({ kind: "unlock", token: said.csrf_token, signedIn });
    return unlock(said.csrf_token);
  }
  if (!said || answer.status === 401 || answer.status === 400) return leave();
  error.textContent = said.message;
  password.focus();
}

form.addEventListener("submit", (event) => { event.preventDefault(); tryPassword(); });
dialog.addEventListener("cancel", (event) => event.preventDefault());
dialog.addEventListener("close", () => { if (locked && !locked.leaving) dialog.showModal(); });
warning.addEventListener("close", () => { if (!locked && warning.returnValue !== "active") { activeAt = Date.now(); keep(); } warning.returnValue = ""; });
tabs.addEventListener("message", ({ data }) => {
  if (data.signedIn !== signedIn) return;
  if (data.kind === "active" && !locked) activeAt = Math.max(activeAt, data.at);
  if (data.kind === "lock") lock("elsewhere");
  if (data.kind === "unlock") unlock(data.token);
});
for (const kind of ["keydown", "pointerdown", "wheel", "touchstart", "input"]) {
  document.addEventListener(kind, active, { passive: true, capture: true });
}
if (LIMIT > 0) {
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  window.addEventListener("focus", tick);
}
