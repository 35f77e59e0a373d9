"""A person at a browser: opens pages, presses keys, and reports whatever went wrong on the way.

Every desk has a fresh profile. A journey fails at its end when a page broke the content policy,
wrote an error to the console, asked for something that was refused, or threw in a script.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

HEIGHTS = {1440: 900, 390: 844, 360: 740, 320: 700}
WIDE, PHONE = 1440, 390
REF = re.compile(r"/[a-z2-7]{26}(?=/|$)")
ALREADY_TOLD = "Failed to load resource"  # the same as the response, which is noted
AXE = Axe().axe_script
# What passed is not sent through the pipe: on a long page that takes longer than reading it.
# Null where axe is not in the page yet: half a megabyte, which a page is given once.
VIOLATIONS = """(leftOut) => typeof axe === "undefined" ? null : axe.run({
  resultTypes: ["violations"],
  rules: leftOut ? { [leftOut]: { enabled: false } } : {},
}).then((found) => found.violations)"""
# Colours do not depend on the width, and reading them takes four fifths of the time: of a page
# looked at in two widths they are read in its own one. Desks on a phone read them there.
CONTRAST = "color-contrast"
LEFT = "net::ERR_ABORTED"  # the page itself was left, or asked for something newer
PATIENCE = 30_000  # milliseconds; only a failing journey waits so long
expect.set_options(timeout=PATIENCE)


class Seen:
    """The states of pages that axe has looked at already in this run, whichever worker ran it."""

    def __init__(self, folder: Path) -> None:
        """Keep a mark for each in a folder that all workers share."""
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def is_new(self, *state: str) -> bool:
        """Note a state; say whether it was unknown."""
        mark = hashlib.sha256("\n".join(state).encode()).hexdigest()
        try:
            (self.folder / mark).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


class Desk:
    """One browser profile with one page in front."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        *,
        seen: Seen,
        width: int = 1440,
        also: int | None = None,
        scheme: Literal["light", "dark"] = "light",
        has_scripts: bool = True,
    ) -> None:
        """Open a fresh profile; what is looked at is looked at in the width `also` as well."""
        self.base, self.width, self.scheme, self.seen = base, width, scheme, seen
        self.also = also
        self.troubles: list[str] = []
        self._expected: list[int] = []
        self._allowed: set[tuple[int, str]] = set()
        self.context: BrowserContext = browser.new_context(
            base_url=base,
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="en-US",
            timezone_id="America/New_York",
            java_script_enabled=has_scripts,
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self._note(f"thrown: {error.error}"))
        self.context.on("response", self._answered)
        self.context.on("requestfailed", self._failed)
        self.has_scripts = has_scripts
        self.page: Page = self.context.new_page()

    def hold(self, name: str, value: str) -> None:
        """Put a cookie of the served site into this profile."""
        address = self.base.replace(
            "http:", "https:"
        )  # or the browser refuses to keep it as secure
        self.context.add_cookies(
            [{"name": name, "value": value, "url": address, "secure": True, "httpOnly": True}]
        )

    def open(self, path: str, *, look: bool = True) -> None:
        """Go to a page, which must answer 200, and look at it."""
        response = self.page.goto(path)
        assert response is not None and response.status == 200, f"{path}: {response}"
        if look:
            self.look()

    def arrive(self, pattern: str, heading: str = "") -> None:
        """Wait until a page with such an address (a regular expression) is there; look at it."""
        self.page.wait_for_url(re.compile(re.escape(self.base) + pattern))
        if heading:
            expect(self.page.locator("h1")).to_have_text(heading)
        self.look()

    def look(self) -> None:
        """Check what must hold on every page, and let axe read each new state of one."""
        self.page.wait_for_load_state()
        assert self.page.locator("h1").count() == 1, f"{self.page.url}: not exactly one h1"
        if self.also:
            with self.as_wide_as(self.also):
                self._look_closely(leaving_out=CONTRAST)
        self._look_closely()

    @contextmanager
    def as_wide_as(self, width: int) -> Iterator[None]:
        """Make the window as wide as another screen for a while; what was typed stays."""
        own, self.width = self.width, width
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        yield
        self.width = own
        self.page.set_viewport_size({"width": own, "height": HEIGHTS[own]})

    def _look_closely(self, *, leaving_out: str = "") -> None:
        self.no_sideways_scroll()
        where = REF.sub("/<ref>", self.page.url.removeprefix(self.base).partition("?")[0])
        state = (where, self.page.title(), str(self.width), self.scheme, leaving_out)
        if self.has_scripts and self.seen.is_new(*state):
            self.read_with_axe(leaving_out=leaving_out)

    def read_with_axe(self, *, leaving_out: str = "") -> None:
        """Fail on anything that axe finds, by every rule or all but one."""
        found = self.page.evaluate(VIOLATIONS, leaving_out)
        if found is None:
            self.page.evaluate(AXE)
            found = self.page.evaluate(VIOLATIONS, leaving_out)
        told = [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]
        assert not told, f"{self.page.url} at {self.width} {self.scheme}: {told}"

    def no_sideways_scroll(self) -> None:
        """Fail when the page is wider than its window."""
        if not self.has_scripts:
            return
        wide, window = self.page.evaluate(
            "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
        )
        assert wide <= window, f"{self.page.url} is {wide} px wide in {window}"

    def press(self, *keys: str) -> None:
        """Press keys one after the other, as a person without a mouse does."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type text where the focus is."""
        self.page.keyboard.type(text)

    def tab_to(self, target: Locator, *, most: int = 120) -> None:
        """Press Tab until the focus is there; every stop on the way must show its focus."""
        there = target.element_handle()
        if is_focused(target):
            return
        for _ in range(most):
            self.press("Tab")
            is_visible, is_there = self.page.evaluate(FOCUS_AND_PLACE, there)
            assert is_visible, f"no visible focus on {self.focused()}"
            if is_there:
                return
        raise AssertionError(f"Tab never reached {target}")

    def focused(self) -> str:
        """Return the opening tag of what has the focus."""
        told: str = self.page.evaluate(
            "document.activeElement.outerHTML.replace(/>[^]*$/, '>').slice(0, 200)"
        )
        return told

    def focus_is_visible(self) -> bool:
        """Say whether what has the focus is drawn with a ring and not covered (A28)."""
        return bool(self.page.evaluate(FOCUS_IS_VISIBLE))

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Let exactly these refusals happen within the block."""
        self._expected = list(statuses)
        yield
        self.page.wait_for_load_state()
        left, self._expected = self._expected, []
        assert not left, f"expected {left}, which did not come"

    def allow(self, status: int, path: str) -> None:
        """Let one address refuse so from now on, however often scripts try again."""
        self._allowed.add((status, self.base + path))

    def stored(self) -> str:
        """Return everything that the pages left in this browser's storages."""
        return str(self.page.evaluate(STORED))

    def _note(self, trouble: str) -> None:
        self.troubles.append(f"{trouble} (on {self.page.url})")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and ALREADY_TOLD not in message.text:
            self._note(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.url.endswith("/csp-report"):
            self._note("the content policy was broken")
        if response.status < 400 or (response.status, response.url) in self._allowed:
            return
        if response.status in self._expected:
            self._expected.remove(response.status)
        else:
            self._note(f"{response.request.method} {response.url}: {response.status}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self._note(f"{request.method} {request.url}: {request.failure}")


def is_focused(target: Locator) -> bool:
    """Say whether an element has the focus."""
    return bool(target.evaluate("element => element === document.activeElement"))


FOCUS_IS_VISIBLE = """() => {
  const it = document.activeElement;
  if (it === document.body) return true;
  const label = it.matches("input[type=radio], input[type=checkbox]") && it.labels?.[0];
  const rings = [it, label, it.parentElement].filter(Boolean).some((one) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none";
  });
  const { x, y, width, height } = (label || it).getBoundingClientRect();
  const top = document.elementFromPoint(x + Math.min(width / 2, 40), y + height / 2);
  const free = !top || it === top || it.contains(top) || top.contains(it) || label?.contains(top);
  return rings && Boolean(free);
}"""

FOCUS_AND_PLACE = f"(there) => [({FOCUS_IS_VISIBLE})(), there === document.activeElement]"

STORED = """async () => {
  const kept = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  for (const { name } of await indexedDB.databases()) kept.push(`database ${name}`);
  for (const name of await caches.keys()) {
    for (const one of await (await caches.open(name)).keys()) kept.push(`cached ${one.url}`);
  }
  return kept.join("\\n");
}"""
