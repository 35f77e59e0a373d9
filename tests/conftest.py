"""Fixtures: both databases, the program on a fresh copy of one, and the cast signed in."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy import event

from dashboard.chart import drawings, timeline
from dashboard.db import db
from dashboard.scores import recent
from tests import cast as people
from tests.databases import Embedded, Postgres, swapped
from tests.postgres import memory, serve

pytest_plugins = ["tests.no_skips"]

# The same examples everywhere, however slow the machine: a law fails for a reason, never by luck.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", default="sqlite,postgres", help="which databases: sqlite,postgres")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        kinds = metafunc.config.getoption("--db").split(",")
        metafunc.parametrize("database", kinds, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs a database or holds the kernel; each `one_database` once; long ones first."""
    first = config.getoption("--db").split(",")[0]
    again = [item for item in items if says_nothing_new(item, first)]
    if again:
        config.hook.pytest_deselected(items=again)
        items[:] = [item for item in items if not says_nothing_new(item, first)]
    for item in items:
        if "database" in getattr(item, "fixturenames", ()):
            item.add_marker("db")
        if item.path.parent.name in {"kernel", "drafts"}:
            item.add_marker("kernel")
    items.sort(key=is_quick)


def pytest_collection_finish() -> None:
    """Let no collection of garbage look through modules and tests again: they stay."""
    gc.collect()
    gc.freeze()


def is_quick(item: pytest.Item) -> bool:
    """Whether a test is short; long ones begin first, so that no processor waits for the last."""
    return not any(item.get_closest_marker(name) for name in ("browser", "slow"))


def says_nothing_new(item: pytest.Item, first: str) -> bool:
    """Whether a test to which the database makes no difference is given a second one."""
    given = getattr(item, "callspec", None)
    database = given.params.get("database", first) if given else first
    return database != first and item.get_closest_marker("one_database") is not None


class Kinds:
    """The engines of this run with their migrated templates: each is made once, when asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._closing = folder, ExitStack()
        self._made: dict[str, Embedded | Postgres] = {}

    def __getitem__(self, kind: str) -> Embedded | Postgres:
        if kind not in self._made:
            own = self._folder / kind
            own.mkdir()
            self._made[kind] = (
                Embedded(own)
                if kind == "sqlite"
                else Postgres(own, self._closing.enter_context(serve()))
            )
        return self._made[kind]

    def close(self) -> None:
        """Stop the servers that were started."""
        self._closing.close()


@pytest.fixture(scope="session")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kinds]:
    """All engines, with their files in memory where there is room: then no flush is waited for."""
    roomy = memory() or tmp_path_factory.mktemp("databases")
    with TemporaryDirectory(prefix="casement-", dir=roomy) as folder:
        made = Kinds(Path(folder))
        yield made
        made.close()


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, kinds: Kinds) -> Embedded | Postgres:
    """One engine with its migrated template."""
    return kinds[request.param]


@pytest.fixture
def app(request: pytest.FixtureRequest, database: Embedded | Postgres) -> Iterator[Flask]:
    """The program on a migrated database of its own: empty, or with the cast where it is used."""
    for kept in (timeline, drawings, recent):
        kept.forget()
    peopled = "cast" in request.fixturenames
    with database.fresh(peopled=peopled) as engine, swapped(database.app, engine):
        yield database.app
        with database.app.app_context():
            db.session.remove()


@pytest.fixture
def cast(database: Embedded | Postgres, app: Flask) -> people.Cast:
    """Alice treats Ann, Bob treats Ben, Cleo keeps the accounts."""
    return database.cast


@pytest.fixture
def nobody(app: Flask, cast: people.Cast) -> people.Visitor:
    return people.Visitor(app)


@pytest.fixture
def alice(app: Flask, cast: people.Cast) -> people.Visitor:
    return people.sign_in(app, cast.alice)


@pytest.fixture
def bob(app: Flask, cast: people.Cast) -> people.Visitor:
    return people.sign_in(app, cast.bob)


@pytest.fixture
def cleo(app: Flask, cast: people.Cast) -> people.Visitor:
    return people.sign_in(app, cast.cleo)


@dataclass
class Statements:
    """The SQL a block of code sent, without transaction control."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)


@pytest.fixture
def counting(app: Flask):
    """Return a context manager that counts the statements sent to the database."""

    @contextmanager
    def count() -> Iterator[Statements]:
        with app.app_context():
            engine = db.engine
        sent = Statements()

        def note(_conn, _cursor, statement, _parameters, _context, _many):
            if statement.split(None, 1)[0].upper() not in {
                "BEGIN",
                "PRAGMA",
                "SHOW",
                "COMMIT",
                "ROLLBACK",
            }:
                sent.texts.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return count


@pytest.fixture
def rows(app: Flask):
    """Return a function that reads rows by raw SQL, past every rule of the program."""

    def read(sql: str, **parameters: object) -> list[sa.Row]:
        with app.app_context(), db.engine.connect() as connection:
            return list(connection.execute(sa.text(sql), parameters))

    return read
