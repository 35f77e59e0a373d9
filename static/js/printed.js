/** "printed 17-Nov-2026 09:58 ET" is the moment of printing, in the practice's zone. */

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function zoneMinutes(label) {
  const found = /UTC(?:([+\-−])(\d{1,2})(?::(\d\d))?)?/.exec(label);
  if (!found) return null;
  const minutes = Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0);
  return found[1] === "+" || !found[1] ? minutes : -minutes;
}

function clinical(instant, label) {
  const local = new Date(instant.getTime() + zoneMinutes(label) * 60000);
  const two = (number) => String(number).padStart(2, "0");
  const day = `${two(local.getUTCDate())}-${MONTHS[local.getUTCMonth()]}-${local.getUTCFullYear()}`;
  return `${day} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())} ${label.split(" ")[0]}`;
}

const place = document.querySelector("[data-printed]");
const zone = document.body.dataset.zone ?? "";

if (place && zoneMinutes(zone) !== null) {
  window.addEventListener("beforeprint", () => { place.textContent = `printed ${clinical(new Date(), zone)}`; });
}
