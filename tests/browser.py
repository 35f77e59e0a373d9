"""The Chromium that the browser tests drive: found where there is one, else installed.

`find` only looks; `python -m tests.browser` also installs, which `make test` does first. A
browser counts as found only when it starts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Playwright

import dev

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
QUICKEST = "chromium-headless-shell"  # the same engine without a window's surroundings
ON_PATH = (
    QUICKEST,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
PLAYWRIGHTS_OWN = (
    "chromium_headless_shell-*/*/chrome-headless-shell*",
    "chromium_headless_shell-*/*/headless_shell*",
    "chromium-*/chrome-linux*/chrome",
)
DEBIAN_BROWSERS = (QUICKEST, "chromium")
DEBIAN_BESIDE = ("fonts-liberation", "libatomic1")
DOWNLOAD_SECONDS = 300


class NoBrowser(LookupError):
    """No Chromium was found: run `make test`, or set CHROMIUM to the path of one."""

    def __str__(self) -> str:
        """Say what to do about it."""
        return super().__str__() or self.__doc__ or ""


def launch(playwright: Playwright) -> Browser:
    """Start the found browser without a window, with a fresh profile; NoBrowser if none."""
    return playwright.chromium.launch(executable_path=find(), args=list(FLAGS))


@cache
def find() -> Path:
    """Give the first browser that starts: $CHROMIUM, Playwright's own, then the system's."""
    for candidate in candidates():
        if starts(candidate):
            return candidate
    raise NoBrowser


def candidates() -> Iterator[Path]:
    """Give every place where a Chromium may be, best first; $CHROMIUM alone where it is set."""
    if named := os.environ.get("CHROMIUM"):
        yield Path(named)
        return
    for pattern in PLAYWRIGHTS_OWN:
        yield from sorted(downloads().glob(pattern), reverse=True)
    for name in ON_PATH:
        if path := shutil.which(name):
            yield Path(path)
    yield from (Path(path) for path in APPLICATIONS if Path(path).exists())


def downloads() -> Path:
    """Name the folder where Playwright keeps the browsers that it downloads."""
    if named := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "ms-playwright"
    caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path.home() / caches / "ms-playwright"


def starts(browser: Path) -> bool:
    """Say whether this browser starts; on Windows, where it cannot be asked, whether it exists."""
    if sys.platform == "win32":
        return browser.exists()
    return succeeds([str(browser), "--version"], seconds=30)


def ensure() -> Path:
    """Find a browser or install one; NoBrowser when neither works."""
    ensure_driver()
    if "CHROMIUM" in os.environ or is_found():
        return find()
    if not any(dev.apt_install(one, *DEBIAN_BESIDE) and is_found() for one in DEBIAN_BROWSERS):
        download()
    return find()


def ensure_driver() -> None:
    """See that Playwright's own program runs; bare Debian lacks a library that it needs."""
    if not succeeds(playwright("--version"), seconds=60):
        dev.apt_install("libatomic1")


def download() -> None:
    """Let Playwright download its browser, as root with the system libraries that it needs."""
    dev.say("downloading a browser with Playwright")
    libraries = ["--with-deps"] if dev.can_apt() else []
    succeeds(playwright("install", *libraries, "chromium-headless-shell"), seconds=DOWNLOAD_SECONDS)


def is_found() -> bool:
    """Say whether a browser is there now."""
    try:
        find()
    except NoBrowser:
        return False
    return True


def playwright(*arguments: str) -> list[str]:
    """Give Playwright's command line."""
    return [sys.executable, "-m", "playwright", *arguments]


def succeeds(command: list[str], *, seconds: float) -> bool:
    """Run a command in silence; say whether it ended well in time."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> int:
    """Make sure of a browser for the tests; say which, or what to run to get one."""
    try:
        browser = ensure()
    except NoBrowser:
        packages = " ".join((QUICKEST, *DEBIAN_BESIDE))
        how = (
            f"sudo apt-get install -y --no-install-recommends {packages}"
            if shutil.which("apt-get")
            else "python3 -m playwright install chromium-headless-shell   (with .venv's Python)"
        )
        dev.say(f"No Chromium for the browser tests. Run once:\n    {how}")
        return 1
    dev.say(f"browser: {browser}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
