"""The demo practice on both databases: an empty one, and one that is built once and only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.db import db
from dashboard.demo.build import build
from dashboard.settings import Mode
from tests.databases import Embedded, Postgres, swapped

SOME = 3


@pytest.fixture
def empty(database: Embedded | Postgres) -> Iterator[Flask]:
    """A demo without a practice yet."""
    with on_a_fresh_database(database) as program:
        yield program


@pytest.fixture(scope="module")
def small(database: Embedded | Postgres) -> Iterator[Flask]:
    """A demo of three patients, to be read only."""
    with on_a_fresh_database(database) as program, program.app_context():
        assert build(limit=SOME)
        yield program


@pytest.fixture(scope="session")
def built(database: Embedded | Postgres) -> Iterator[Flask]:
    """The whole demo, built once; its context is pushed for each reader alone."""
    with on_a_fresh_database(database) as program:
        with program.app_context():
            assert build()
        yield program


@pytest.fixture
def whole(built: Flask) -> Iterator[Flask]:
    """The whole demo, to be read only: on one database, as `small` is read on all."""
    with built.app_context():
        yield built
        db.session.remove()


@contextmanager
def on_a_fresh_database(database: Embedded | Postgres) -> Iterator[Flask]:
    """Give the program as a demo runs it, on a fresh copy of the tests' database."""
    program = create_app(replace(database.app.extensions["settings"], mode=Mode.DEMO))
    with database.fresh() as engine, swapped(program, engine):
        yield program
        with program.app_context():
            db.session.remove()
