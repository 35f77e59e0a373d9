"""The demo on the command line: made once, kept afterwards, refused in a practice's program."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from dashboard import trail
from dashboard.actor import acting_as_job
from dashboard.app import create_app
from dashboard.db import db
from dashboard.demo.staff import ACCOUNTS, PASS_PHRASE
from dashboard.patients.models import Patient
from dashboard.ready import claim
from dashboard.settings import ROOT, Mode, Settings
from tests.databases import migrate


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(mode=Mode.DEMO, instance=tmp_path, keys=tmp_path / "keys", testing=True)


@pytest.fixture
def demo(settings: Settings) -> Iterator[Flask]:
    """The demo's own program on its own embedded database."""
    program = create_app(settings)
    claim(settings.instance, settings)
    migrate(program)
    yield program
    with program.app_context():
        db.engine.dispose()


def told(program: Flask, *arguments: str) -> tuple[int, str]:
    done = program.test_cli_runner().invoke(args=["demo", *arguments])
    return done.exit_code, done.output


def patients() -> list[str]:
    with acting_as_job("tests read the demo"):
        return list(db.session.scalars(sa.select(Patient.family_name).order_by(Patient.mrn)))


def test_it_is_made_once_and_then_left_as_it_was(demo, settings):
    made, again = (told(demo, "build", "--patients", "1") for _ in range(2))

    assert made[0] == again[0] == 0
    assert "1 patients" in made[1]
    assert "visits" in made[1]
    assert "as it was left" in again[1]
    assert (settings.instance / "kind").read_text() == "demo\n"


def test_what_was_typed_is_there_after_a_restart_and_gone_after_a_reset(demo, settings):
    told(demo, "build", "--patients", "1")
    with demo.app_context(), acting_as_job("test data"):
        db.session.scalars(sa.select(Patient)).one().family_name = "Rivera-Typed"
        db.session.commit()
    told(demo, "build", "--patients", "1")
    with demo.app_context():
        kept = patients()
        db.session.remove()
        db.engine.dispose()

    anew = create_app(settings)
    code, output = told(anew, "build", "--reset", "--patients", "1")
    with anew.app_context():
        verdict = trail.verify(db.session(), anew.extensions["keys"].trail)

        assert code == 0, output
        assert kept == ["Rivera-Typed"]
        assert patients() == ["Rivera"]
        assert verdict.is_whole
        db.session.remove()
        db.engine.dispose()


@pytest.mark.slow
def test_it_is_served_after_saying_where_and_as_whom(demo, settings):
    told(demo, "build", "--patients", "1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = {"CASEMENT_MODE": "demo", "CASEMENT_INSTANCE": str(settings.instance)}
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "flask", "--app", "wsgi", "demo", "serve"],
        cwd=ROOT, env={**os.environ, **where, "PORT": str(port)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        health = waiting_for(f"http://127.0.0.1:{port}/healthz")
    finally:
        server.terminate()
        said, _ = server.communicate(timeout=60)

    assert health == 200, said
    assert f"http://127.0.0.1:{port}" in said
    assert "Synthetic patients only" in said
    assert "as it was left" in said
    assert PASS_PHRASE in said
    assert all(account.email in said for account in ACCOUNTS)


def waiting_for(address: str) -> int | None:
    """Ask until somebody answers, for at most two minutes."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own
                return int(answer.status)
        except OSError:
            time.sleep(0.2)
    return None


@pytest.mark.parametrize("arguments", [["serve"], ["serve", "--reset"], ["build", "--reset"]])
def test_a_practices_program_refuses_and_touches_nothing(tmp_path, settings, arguments):
    practice = create_app(replace(settings, mode=Mode.PRACTICE))
    (tmp_path / "casement.db").write_bytes(b"precious")

    code, output = told(practice, *arguments)

    assert code == 1
    assert "CASEMENT_MODE=demo" in output
    assert (tmp_path / "casement.db").read_bytes() == b"precious"


@pytest.mark.parametrize("arguments", [["serve"], ["build"], ["build", "--reset"]])
def test_the_demo_does_not_take_over_a_database_that_is_not_its_own(tmp_path, settings, arguments):
    program = create_app(settings)
    (tmp_path / "casement.db").write_bytes(b"precious")

    code, output = told(program, *arguments)

    assert code == 1
    assert "not marked as a demo's" in output
    assert (tmp_path / "casement.db").read_bytes() == b"precious"
    assert not (tmp_path / "kind").exists()
