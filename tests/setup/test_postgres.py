"""The throw-away PostgreSQL behaves like a real one and leaves nothing behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.postgres import Databases, Server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


def rows(url, query):
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        result = connection.execute(sa.text(query))
        return [tuple(row) for row in result] if result.returns_rows else []


def test_a_copy_holds_what_its_template_held(server):
    template = server.create("template_practice")
    rows(template, "create table patient (name text)")
    rows(template, "insert into patient values ('Ann')")

    copy = server.create("copy", template="template_practice")

    assert rows(copy, "select name from patient") == [("Ann",)]


def test_a_dropped_database_is_gone_even_while_in_use(server):
    url = server.create("dropped")
    engine = sa.create_engine(url, poolclass=sa.NullPool)

    with engine.connect() as connection:
        connection.execute(sa.text("select 1"))
        server.drop("dropped")
        connection.invalidate()

    assert server.sql("select 1 from pg_database where datname = 'dropped'") == []


def test_nobody_can_reach_it_over_the_network(server):
    assert server.sql("show listen_addresses") == [("",)]
    assert server.sql("show max_connections") == [("60",)]


@pytest.mark.parametrize(("durable", "fsync"), [(False, "off"), (True, "on")])
def test_only_a_durable_one_writes_through_to_the_disk(durable, fsync):
    with Server(durable=durable) as server:
        settings = ("fsync", "full_page_writes", "synchronous_commit")
        assert [server.sql(f"show {name}") for name in settings] == [[(fsync,)]] * 3


def test_stopping_leaves_nothing_behind():
    server = Server()
    server.stop()
    server.stop()

    assert not server.folder.exists()
    assert not server.room.exists()
    with pytest.raises(psycopg.OperationalError):
        server.sql("select 1")


def test_a_killed_test_run_leaves_no_server_behind():
    program = (
        "from tests.postgres import Server\n"
        "s = Server(); print(s.folder, s.room, sep='\\n', flush=True); input()"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout
    folder, room = (Path(run.stdout.readline().strip()) for _ in range(2))
    assert (room / "cluster").is_dir()

    run.send_signal(signal.SIGKILL)
    run.communicate()

    deadline = time.monotonic() + 20
    while (folder.exists() or room.exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
    assert not room.exists()


def test_binaries_in_a_private_folder_still_serve(server, tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    installation = server.binaries.parent
    link = private / installation.name
    link.symlink_to(installation)

    with Server(binaries=link / "bin") as other:
        assert other.sql("select 1") == [(1,)]


def test_a_server_that_is_not_ours_keeps_running(server):
    with Databases(server.url("postgres")) as borrowed:
        assert borrowed.sql("select 1") == [(1,)]

    assert server.sql("select 1") == [(1,)]
