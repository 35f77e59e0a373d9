"""Fixtures of the journeys: a browser, the served program, and a desk for each of the cast."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from dashboard.accounts import second_factor
from dashboard.accounts.models import User
from dashboard.actor import acting_as_job
from dashboard.db import db
from tests import browser as chromium
from tests import cast as people
from tests.journeys.desk import PHONE, WIDE, Desk, Seen
from tests.journeys.moved import Moved
from tests.journeys.served import Served

COOKIE = "__Host-casement"
WIDTHS = (WIDE, PHONE)
SEED = pyotp.random_base32()
NewDesk = Callable[..., Desk]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    kinds = metafunc.config.getoption("--db").split(",")
    if "killed_database" in metafunc.fixturenames:
        metafunc.parametrize("killed_database", kinds)
    if "width" in metafunc.fixturenames:
        metafunc.parametrize("width", WIDTHS)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what a second database cannot change: the phone's width."""
    first = config.getoption("--db").split(",")[0]
    left_out = [item for item in items if not is_wanted(item, first)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if is_wanted(item, first)]


def is_wanted(item: pytest.Item, first: str) -> bool:
    """Say whether a test says more than the same one on the first database does."""
    given = getattr(item, "callspec", None)
    if given is None or given.params.get("database", first) == first:
        return True
    return bool(given.params.get("width", WIDTHS[0]) == WIDTHS[0])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all journeys."""
    with sync_playwright() as playwright:
        running = chromium.launch(playwright)
        yield running
        running.close()


@pytest.fixture(scope="session")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What axe has looked at already."""
    own = tmp_path_factory.getbasetemp()
    of_all_workers = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return Seen(of_all_workers / "seen-by-axe")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Moved:
    """The program's clock, which stands at this moment until it is moved.

    Only what the program asks is moved. Server, browser and test wait by the machine's own time.
    """
    moved = Moved(dt.datetime.now(dt.UTC))
    asked = SimpleNamespace(UTC=dt.UTC, datetime=moved)
    monkeypatch.setattr("dashboard.clock.dt", asked)
    return moved


@pytest.fixture
def served(app: Flask) -> Iterator[Served]:
    """The program on a database of its own, served on loopback."""
    server = Served(app)
    yield server
    server.stop()


@pytest.fixture
def new_desk(browser: Browser, served: Served, seen: Seen) -> Iterator[NewDesk]:
    """Return a function that seats somebody at a fresh browser profile, until the test ends.

    What is looked at on a wide screen is looked at on a phone's as well, unless told otherwise.
    """
    desks: list[Desk] = []

    def seat(visitor: people.Visitor | None = None, **options: object) -> Desk:
        also = PHONE if options.get("width", WIDE) == WIDE else None
        desk = Desk(browser, served.base, seen=seen, **{"also": also, **options})  # type: ignore[arg-type]
        desks.append(desk)
        if visitor is not None:
            sit_down(desk, visitor)
        return desk

    yield seat
    troubles = [trouble for desk in desks for trouble in leave(desk)]
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def second_factors(app: Flask, cast: people.Cast) -> pyotp.TOTP:
    """Give everybody in the cast the same authenticator app, and return it."""
    with app.app_context(), acting_as_job("test data"):
        for user_id in (cast.alice, cast.bob, cast.cleo):
            user = db.session.get(User, user_id)
            assert user is not None
            second_factor.enrol(user, SEED)
        db.session.commit()
        db.session.remove()
    return pyotp.TOTP(SEED)


def sit_down(desk: Desk, visitor: people.Visitor) -> None:
    """Let somebody who is signed in go on at a desk."""
    held = visitor.client.get_cookie(COOKIE)
    assert held is not None
    desk.hold(COOKIE, held.value)


def leave(desk: Desk) -> list[str]:
    """Close a desk and return what went wrong at it."""
    desk.context.close()
    return desk.troubles
