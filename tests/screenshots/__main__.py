"""Build the demo in a temporary folder, serve it, and photograph every page.

Pictures go to `screenshots/`, which is not kept. `--readme` writes the few that README shows to
`docs/pictures/`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from dashboard.actor import acting_as_job
from dashboard.app import create_app
from dashboard.checkins import making
from dashboard.db import db
from dashboard.demo.build import build
from dashboard.demo.staff import ACCOUNTS, PASS_PHRASE
from dashboard.patients.models import Patient
from dashboard.settings import ROOT, Mode, Settings
from tests import browser as chromium
from tests.databases import migrate
from tests.journeys.served import Served
from tests.screenshots.places import Place, every, missing

WIDTHS = {1440: 900, 390: 844}
PRINTED = ("chart.overview", "visits.print_view", "visits.index")
IN_README = {
    "overview": "overview-full",
    "caseload": "patients.caseload",
    "visit": "visits.show",
    "measures": "measures.index",
    "intake": "intake-open",
    "evidence": "evidence.index",
    "board": "clearance_board.index",
    "clearance": "clearance.index",
}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def main(arguments: list[str]) -> int:
    """Take the pictures; answer 1 when a page could not be photographed."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("--readme", action="store_true", help="only those that README shows")
    parser.add_argument("--only", default="", help="only pages whose name contains this")
    wanted = parser.parse_args(arguments)
    with demo() as (app, base), sync_playwright() as playwright:
        found = [place for place in every(app) if wanted.only in place.name]
        camera = Camera(chromium.launch(playwright), base)
        if wanted.readme:
            for_readme(camera, found)
            a_phone(camera, app)
        else:
            everything(camera, found)
            print(f"{len(found)} pages, twice in light and in dark, in screenshots/")
        for name in [] if wanted.only else missing(app, found):
            print(f"no link led to {name}")
    for trouble in camera.troubles:
        print(trouble, file=sys.stderr)
    return 1 if camera.troubles else 0


@contextmanager
def demo() -> Iterator[tuple[Flask, str]]:
    """Serve a fresh demo practice."""
    with tempfile.TemporaryDirectory(prefix="casement-") as folder:
        instance = Path(folder)
        app = create_app(Settings(mode=Mode.DEMO, instance=instance, keys=instance / "keys"))
        migrate(app)
        with app.app_context():
            build()
        server = Served(app)
        try:
            yield app, server.base
        finally:
            server.stop()


class Camera:
    """A browser in which everybody of the demo's staff is signed in."""

    def __init__(self, browser: Browser, base: str) -> None:
        """Sign everybody in once."""
        self.browser, self.base = browser, base
        self.troubles: list[str] = []
        self._cookies = {account.key: self._sign_in(account.email) for account in ACCOUNTS}

    @contextmanager
    def aimed(self, place: Place, *, width: int, scheme: Scheme) -> Iterator[Page]:
        """Open a page at a width in a colour scheme."""
        context = self._context(width, scheme)
        if place.who:
            context.add_cookies(self._cookies[place.who])  # type: ignore[arg-type]
        page = context.new_page()
        page.on("console", lambda said: self._hear(place, said.type, said.text))
        page.goto(self.base + place.path)
        page.evaluate("scrollTo(0, 0)")  # else what sticks to the top stands in mid-picture
        yield page
        context.close()

    def _hear(self, place: Place, kind: str, text: str) -> None:
        if kind == "error" and "status of 404" not in text:
            self.troubles.append(f"{place.name}: {text}")

    def _context(self, width: int, scheme: Scheme) -> BrowserContext:
        return self.browser.new_context(
            viewport={"width": width, "height": WIDTHS[width]},
            color_scheme=scheme,
            reduced_motion="reduce",
            timezone_id="America/New_York",
        )

    def _sign_in(self, email: str) -> list[object]:
        context = self._context(1440, "light")
        page = context.new_page()
        page.goto(f"{self.base}/sign-in")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password", exact=True).fill(PASS_PHRASE)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        cookies: list[object] = list(context.cookies())
        context.close()
        return cookies


def everything(camera: Camera, places: Iterable[Place]) -> None:
    """Photograph every page at both widths in both colours; print some to paper."""
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    for place in places:
        for scheme in SCHEMES:
            for width in WIDTHS:
                with camera.aimed(place, width=width, scheme=scheme) as page:
                    name = f"{place.who or 'nobody'}-{place.name}-{width}-{scheme}.png"
                    page.screenshot(path=folder / name, full_page=True)
        if place.name in PRINTED:
            with camera.aimed(place, width=1440, scheme="light") as page:
                page.pdf(path=folder / f"{place.name}.pdf", prefer_css_page_size=True)


def for_readme(camera: Camera, places: Iterable[Place]) -> None:
    """Write the pictures that README shows."""
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    by_name = {place.name: place for place in places}
    for name, page_name in IN_README.items():
        with camera.aimed(by_name[page_name], width=1440, scheme="light") as page:
            page.screenshot(path=folder / f"{name}.png")


def a_phone(camera: Camera, app: Flask) -> None:
    """Write the picture of a question as a patient sees it."""
    with app.app_context(), acting_as_job("pictures"):
        patient = db.session.scalars(sa.select(Patient).where(Patient.mrn == "004718")).one()
        asked = making.make_by_hand(patient, instruments=["pcl5"], by=None)
        door, born = making.issue_link(asked), patient.born_on
        db.session.commit()
        db.session.remove()
    with camera.aimed(Place("door", f"/c/{door}", ""), width=390, scheme="light") as page:
        page.get_by_label("Month").select_option(str(born.month))
        page.get_by_label("Day").fill(str(born.day))
        page.get_by_label("Year").fill(str(born.year))
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("link", name="Start").click()
        page.screenshot(path=ROOT / "docs" / "pictures" / "check-in.png")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
