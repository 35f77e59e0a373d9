/** The live page of a session: minutes to the next reading, and whether somebody else wrote. */

const due = document.querySelector("[data-session-due]");
const page = document.querySelector("[data-session-pulse]");
const news = document.querySelector("[data-session-news]");

const MINUTE = 60_000;
const EVERY = 15_000;

/** Count by the server's clock: the browser's own may be wrong. */
function countDown() {
  const ahead = Number(due.dataset.sessionNow) - Date.now();
  const tell = () => {
    const left = Number(due.dataset.sessionDue) - (Date.now() + ahead);
    const minutes = Math.ceil(Math.abs(left) / MINUTE);
    due.textContent = left > 0 ? `in ${minutes} min` : `for ${minutes} min now`;
  };
  tell();
  setInterval(tell, 1000);
}

async function look() {
  try {
    const answer = await fetch(page.dataset.sessionPulse, { credentials: "same-origin", redirect: "error" });
    if (answer.ok && (await answer.json()).mark !== page.dataset.sessionMark) news.hidden = false;
  } catch {
    // Not reached: the next look tells.
  }
}

if (due) countDown();
if (page) {
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
}
