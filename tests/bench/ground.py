"""The ground that is measured: a program of our own on a filled practice, and who asks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, url_for
from markupsafe import Markup
from sqlalchemy import event

from dashboard.app import create_app
from dashboard.chart import drawings, timeline
from dashboard.chart.models import DrawnChart
from dashboard.charts import svg
from dashboard.db import db, table_of
from dashboard.scores import recent
from dashboard.settings import Mode, Settings
from tests.bench.asking import Browser, Question
from tests.bench.practice import HISTORIES, Filled, fill
from tests.cast import sign_in
from tests.databases import migrate

SVG = re.compile(r'(<div data-width="[a-z]+">).*?</svg>(?=</div>)', re.DOTALL)  # one drawing
CONTROL = frozenset({"BEGIN", "PRAGMA", "SHOW", "COMMIT", "ROLLBACK"})


@dataclass(frozen=True)
class Ground:
    """One filled practice with its program, its physicians and its admin."""

    app: Flask
    filled: Filled
    alice: Browser
    bob: Browser
    cleo: Browser

    @classmethod
    def prepare(
        cls,
        folder: Path,
        patients: int,
        *,
        database_url: str | None = None,
        histories: tuple[int, ...] = HISTORIES,
        longest: int = max(HISTORIES),
    ) -> Ground:
        """Make the program and fill its practice."""
        app = create_app(settings(folder, database_url=database_url))
        migrate(app)
        with app.app_context():
            filled = fill(patients, histories=histories, longest=longest)
        people = (filled.alice, filled.bob, filled.cleo)
        return cls(app, filled, *(Browser(sign_in(app, person)) for person in people))

    def path(self, endpoint: str, **values: str) -> str:
        """Return a page's address."""
        with self.app.test_request_context():
            return url_for(
                endpoint, _anchor=None, _method=None, _scheme=None, _external=None, **values
            )

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """Gather the statements that a block of code sends, without transaction control."""
        sent: list[str] = []

        def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
            if statement.split(None, 1)[0].upper() not in CONTROL:
                sent.append(statement)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    def take_out_drawings(self) -> None:
        """Let held timelines have no drawings in them, only what stands around these."""
        for key, one in timeline._held.items():
            timeline._held[key] = replace(one, html=Markup(SVG.sub(r"\1", one.html)))  # noqa: S704

    def put_back(self, ask: Callable[[], Question]) -> Callable[[], None]:
        """Return what makes a timeline whole again, and warm."""

        def whole() -> None:
            timeline.forget()
            ask().ask()

        return whole

    def forget(self, *, stored_too: bool) -> None:
        """Let pages be made anew, or at least as by a worker that has not made them yet."""
        recent.forget()
        timeline.forget()
        drawings.forget()
        svg.render.cache_clear()
        if stored_too:
            with self.app.app_context(), db.engine.begin() as connection:
                connection.execute(sa.delete(table_of(DrawnChart)))


def settings(folder: Path, *, database_url: str | None = None, port: int = 8000) -> Settings:
    """Return the settings of a demonstration that is thrown away: plain loopback, no real data."""
    return Settings(
        mode=Mode.DEMO,
        instance=folder,
        keys=folder / "keys",
        database_url=database_url,
        port=port,
    )
