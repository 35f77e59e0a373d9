"""Databases for tests: one migrated template per engine, and a fresh copy of it for every test.

Tests commit for real, so what holds here holds in the program; nothing is rolled back behind them.
An engine goes from one test's database to the next and keeps what it compiled, as it does in the
program from one request to the next: compiling its SQL anew was most of what a test cost.
"""

from __future__ import annotations

import itertools
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from dashboard.app import create_app
from dashboard.db import db
from dashboard.engine import configuration, embedded_options, open_embedded
from dashboard.settings import ROOT, Mode, Settings
from tests.cast import Cast, make_cast
from tests.postgres import Databases

NUMBERS = itertools.count(1)


class Engine:
    """An engine whose connections lead wherever it is sent: to one database after the other."""

    def __init__(self, make: Callable[[Callable[[], str]], sa.Engine]) -> None:
        """Take what makes the engine from a function that names the database of the moment."""
        self.database = ""
        self.engine = make(lambda: self.database)


class Engines:
    """The engines of one kind of database; as many as there are databases in use at once."""

    def __init__(self, make: Callable[[Callable[[], str]], sa.Engine]) -> None:
        self._make = make
        self._idle: list[Engine] = []

    @contextmanager
    def leading_to(self, database: str) -> Iterator[sa.Engine]:
        """Lend an engine on this database; its connections are closed when it comes back."""
        lent = self._idle.pop() if self._idle else Engine(self._make)
        lent.database = database
        try:
            yield lent.engine
        finally:
            lent.engine.dispose()
            self._idle.append(lent)


class Embedded:
    """The encrypted embedded database."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app = create_app(settings_for_tests(folder))
        migrate(self.app)
        self._settle()
        self._engines = Engines(self._make_engine)
        self.empty = self.app.extensions["settings"].database_file
        self.peopled = self._copy_of(self.empty)
        with self._engines.leading_to(str(self.peopled)) as engine, swapped(self.app, engine):
            self.cast = make_cast_in(self.app)
            self._settle()

    @contextmanager
    def fresh(self, *, peopled: bool = False) -> Iterator[sa.Engine]:
        """Give an engine on a copy of a template: empty, or with the cast in it."""
        with self._on_copy_of(self.peopled if peopled else self.empty) as engine:
            yield engine

    @contextmanager
    def kept(self) -> Iterator[Callable[[], AbstractContextManager[sa.Engine]]]:
        """Keep the app's database as it is now; what is given makes engines on copies of it."""
        self._settle()
        with self.app.app_context(), db.engine.connect() as connection:
            now = connection.exec_driver_sql("PRAGMA database_list").one()[2]
        held = self._copy_of(Path(now))
        try:
            yield lambda: self._on_copy_of(held)
        finally:
            held.unlink()

    @contextmanager
    def _on_copy_of(self, template: Path) -> Iterator[sa.Engine]:
        path = self._copy_of(template)
        try:
            with self._engines.leading_to(str(path)) as engine:
                yield engine
        finally:
            for file in self.folder.glob(f"{path.name}*"):
                file.unlink()

    def _copy_of(self, template: Path) -> Path:
        path = self.folder / f"test-{next(NUMBERS)}.db"
        shutil.copyfile(template, path)
        return path

    def _make_engine(self, database: Callable[[], str]) -> sa.Engine:
        key = self.app.extensions["keys"].database
        options = embedded_options(self.empty, key)
        options["creator"] = lambda: open_embedded(Path(database()), key)
        return sa.create_engine(f"sqlite:///{self.empty}", **options)

    def _settle(self) -> None:
        """Bring everything written into the database file itself, so that a copy is whole."""
        with self.app.app_context():
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
            db.engine.dispose()


class Postgres:
    """A throw-away PostgreSQL."""

    name = "postgres"

    def __init__(self, folder: Path, server: Databases) -> None:
        self.server = server
        self.prefix = f"test_{secrets.token_hex(4)}"
        self.empty, self.peopled = f"{self.prefix}_empty", f"{self.prefix}_peopled"
        server.create(self.empty)
        self.app = create_app(settings_for_tests(folder, database_url=server.url(self.empty)))
        migrate(self.app)
        with self.app.app_context():
            db.engine.dispose()
        server.create(self.peopled, template=self.empty)
        self._engines = Engines(self._make_engine)
        with self._engines.leading_to(self.peopled) as engine, swapped(self.app, engine):
            self.cast = make_cast_in(self.app)

    @contextmanager
    def fresh(self, *, peopled: bool = False) -> Iterator[sa.Engine]:
        """Give an engine on a copy of a template: empty, or with the cast in it."""
        with self._on_copy_of(self.peopled if peopled else self.empty) as engine:
            yield engine

    @contextmanager
    def kept(self) -> Iterator[Callable[[], AbstractContextManager[sa.Engine]]]:
        """Keep the app's database as it is now; what is given makes engines on copies of it."""
        with self.app.app_context():
            now = str(db.session.scalar(sa.text("SELECT current_database()")))
            db.session.remove()
            db.engine.dispose()
        held = f"{self.prefix}_{next(NUMBERS)}"
        self.server.create(held, template=now)
        try:
            yield lambda: self._on_copy_of(held)
        finally:
            self.server.drop(held)

    @contextmanager
    def _on_copy_of(self, template: str) -> Iterator[sa.Engine]:
        name = f"{self.prefix}_{next(NUMBERS)}"
        self.server.create(name, template=template)
        try:
            with self._engines.leading_to(name) as engine:
                yield engine
        finally:
            self.server.drop(name)

    def _make_engine(self, database: Callable[[], str]) -> sa.Engine:
        options = configuration(self.app.extensions["settings"], self.app.extensions["keys"])
        engine = sa.create_engine(
            options["SQLALCHEMY_DATABASE_URI"], **options["SQLALCHEMY_ENGINE_OPTIONS"]
        )

        @event.listens_for(engine, "do_connect")
        def lead(
            _dialect: object, _record: object, _arguments: object, address: dict[str, str]
        ) -> None:
            address["dbname"] = database()

        return engine


def make_cast_in(app: Flask) -> Cast:
    """Write the tests' cast into the database the app uses now."""
    with app.app_context():
        return make_cast()


def settings_for_tests(folder: Path, *, database_url: str | None = None) -> Settings:
    """Return a real practice's settings (second factor, secure cookies) in a test folder."""
    return Settings(
        mode=Mode.PRACTICE,
        instance=folder,
        keys=folder / "keys",
        database_url=database_url,
        hosts=("localhost", "127.0.0.1"),
        testing=True,
    )


def migrate(app: Flask) -> None:
    """Bring an app's database to the newest schema, as a practice would."""
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))


@contextmanager
def swapped(app: Flask, engine: sa.Engine) -> Iterator[None]:
    """Let the app use another engine for a while."""
    engines = db._app_engines[app]  # the library offers no public way
    with app.app_context():
        db.session.remove()
    before, engines[None] = engines[None], engine
    try:
        yield
    finally:
        engines[None] = before
