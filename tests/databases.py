"""Databases for tests: one migrated template per engine, and a fresh copy of it for every test.

Tests commit for real, so what holds here holds in the program; nothing is rolled back behind them.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from dashboard.app import create_app
from dashboard.db import db
from dashboard.engine import configuration, embedded_options
from dashboard.settings import ROOT, Mode, Settings
from tests.postgres import Databases

NUMBERS = itertools.count(1)


class Embedded:
    """The encrypted embedded database."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.app = create_app(settings_for_tests(folder))
        migrate(self.app)
        with self.app.app_context():
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
            db.engine.dispose()

    @contextmanager
    def fresh(self) -> Iterator[sa.Engine]:
        """Give an engine on a copy of the template."""
        template = self.app.extensions["settings"].database_file
        path = self.folder / f"test-{next(NUMBERS)}.db"
        shutil.copyfile(template, path)
        options = embedded_options(path, self.app.extensions["keys"].database)
        engine = sa.create_engine(f"sqlite:///{path}", **options)
        try:
            yield engine
        finally:
            engine.dispose()
            for file in self.folder.glob(f"{path.name}*"):
                file.unlink()


class Postgres:
    """A throw-away PostgreSQL."""

    name = "postgres"

    def __init__(self, folder: Path, server: Databases) -> None:
        self.server = server
        server.create("template_of_tests")
        url = server.url("template_of_tests")
        self.app = create_app(settings_for_tests(folder, database_url=url))
        migrate(self.app)
        with self.app.app_context():
            db.engine.dispose()

    @contextmanager
    def fresh(self) -> Iterator[sa.Engine]:
        """Give an engine on a copy of the template."""
        name = f"test_{next(NUMBERS)}"
        self.server.create(name, template="template_of_tests")
        settings = settings_for_tests(Path(), database_url=self.server.url(name))
        options = configuration(settings, self.app.extensions["keys"])
        engine = sa.create_engine(
            options["SQLALCHEMY_DATABASE_URI"], **options["SQLALCHEMY_ENGINE_OPTIONS"]
        )
        try:
            yield engine
        finally:
            engine.dispose()
            self.server.drop(name)


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
