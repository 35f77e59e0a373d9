"""What must be true before the program serves: migrated, guarded, durable, and its own data."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from dashboard import engine, guards
from dashboard.settings import ROOT, Settings


class NotReady(RuntimeError):
    """The program must not serve yet; the message says what to do."""


def check(app: Flask, connection: sa.Connection) -> None:
    """Raise what stands in the way of serving."""
    engine.check_durability(connection)
    _check_migrations(connection)
    guards.check(connection, app.extensions["guards"])
    _check_practice(app.extensions["settings"], connection)


def _check_migrations(connection: sa.Connection) -> None:
    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    found = MigrationContext.configure(connection).get_current_revision()
    if found != head:
        raise NotReady(
            f"the database is at {found}, the program at {head}; run: flask --app wsgi db upgrade"
        )


def _check_practice(settings: Settings, connection: sa.Connection) -> None:
    """A demo never opens a real practice's database, nor a practice a demo's."""
    row = connection.exec_driver_sql("SELECT is_synthetic FROM practice WHERE id = 1").first()
    if row is not None and bool(row[0]) is not settings.is_demo:
        holds = "synthetic patients" if row[0] else "a real practice"
        raise NotReady(f"this database holds {holds}, but CASEMENT_MODE is {settings.mode.value}")


def claim(instance: Path, settings: Settings) -> None:
    """Mark an instance folder as a demo's or a practice's, and refuse the other's."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark = instance / "kind"
    if not mark.exists():
        mark.write_text(settings.mode.value + "\n", "ascii")
    found = mark.read_text("ascii").strip()
    if found != settings.mode.value:
        raise NotReady(
            f"{instance} belongs to a {found}, not a {settings.mode.value}: choose another folder"
        )
