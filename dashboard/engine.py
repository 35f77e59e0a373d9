"""How the program connects: the encrypted embedded database, or PostgreSQL.

The embedded file is encrypted by SQLCipher, journalled by WAL and flushed at every commit
(`synchronous=FULL`), so that an acknowledged save survives a power cut.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import event

from dashboard.db import is_writing
from dashboard.keys import Keys
from dashboard.settings import Settings

WAL_RESET_FIXED = (3, 51, 3)
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "busy_timeout=10000",
    "cell_size_check=ON",
)


class UnsafeDatabase(RuntimeError):
    """The database at hand could lose or leak data; the message says why and what to do."""


def configuration(settings: Settings, keys: Keys) -> dict[str, Any]:
    """Return Flask-SQLAlchemy's settings for the database these settings name."""
    if settings.database_url:
        return {
            "SQLALCHEMY_DATABASE_URI": settings.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "pool_recycle": 1800,
                "pool_pre_ping": True,
                "hide_parameters": True,
                "connect_args": {
                    "options": "-c lock_timeout=10000 -c statement_timeout=60000 -c timezone=UTC"
                },
            },
        }
    return {
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{settings.database_file}",
        "SQLALCHEMY_ENGINE_OPTIONS": embedded_options(settings.database_file, keys.database),
    }


def embedded_options(path: Path, key: bytes) -> dict[str, Any]:
    """Return engine options that open the encrypted file at `path`."""
    refuse_wal_reset(sqlcipher.sqlite_version_info)
    return {
        "module": sqlcipher,
        "creator": lambda: open_embedded(path, key),
        "hide_parameters": True,
        "pool_size": 16,
        "max_overflow": 16,
    }


def refuse_wal_reset(version: tuple[int, ...]) -> None:
    """Refuse a SQLite whose write-ahead log can corrupt the file (versions before 3.51.3)."""
    if version < WAL_RESET_FIXED:
        found = ".".join(map(str, version))
        raise UnsafeDatabase(
            f"SQLite {found} can corrupt a database in WAL mode; 3.51.3 or newer is needed"
        )


def open_embedded(path: Path, key: bytes) -> sqlcipher.Connection:
    """Open one connection, keyed and with every safety switch on."""
    connection = sqlcipher.connect(
        str(path), timeout=10, check_same_thread=False, isolation_level=None
    )
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


@event.listens_for(sa.Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing() else "BEGIN")


def check_durability(connection: sa.Connection) -> None:
    """Refuse to serve on a database that may lose an acknowledged save."""
    if connection.dialect.name == "sqlite":
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        flush = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        if (journal, flush) != ("wal", 2):
            raise UnsafeDatabase(
                f"the embedded database runs with journal {journal}, synchronous {flush}"
            )
        return
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        if connection.exec_driver_sql(f"SHOW {name}").scalar_one() == "off":
            raise UnsafeDatabase(
                f"PostgreSQL runs with {name} off: an acknowledged save could be lost"
            )
