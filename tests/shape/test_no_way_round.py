"""No request, no command and no SQL activates a plan or starts a session past a stop.

The stop is a potassium of 2.8 mmol/L, which nobody may override. Each request meets the patient as
she is on that day (see `walking`). The one lawful way, to correct the finding and to sign a new
check, takes two requests and so is never gone; no single one opens the gate, which is looked at
after each. That the same requests activate and start where nothing stops them is shown first.
"""

from __future__ import annotations

import itertools
import json

import click
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from dashboard import cli
from dashboard.actor import acting_as_job
from dashboard.db import db
from tests.cast import Visitor, sign_in
from tests.clearance.conftest import clock
from tests.shape.stopped import all_clear, stop
from tests.shape.visitors import guest
from tests.shape.walking import SAFE, Walk

__all__ = ["clock"]

NEAR = ("plans.", "sessions.")
INTO_TREATMENT = {"plans.activate", "plans.resume", "sessions.start"}
SERVES = "serves until it is stopped"
LEFT_OUT = {("serve",): SERVES, ("db",): "moves the schema, not what is in it; see test_migrations"}


@pytest.fixture
def walking(app, cast, clock, database):
    """Return a function that makes the scene and walks through it until the test is over."""
    open_now = []

    def begin(*, is_held=False, is_stopped=False):
        scene = all_clear(app, cast, clock, is_held=is_held)
        if is_stopped:
            stop(app, cast, clock)
        visitors = {
            "alice": sign_in(app, cast.alice), "cleo": sign_in(app, cast.cleo),
            "nobody": Visitor(app), "guest": guest(app, scene.addresses),
        }  # fmt: skip
        copies = database.kept()
        walk = Walk(app, scene, visitors, copies.__enter__())
        open_now.extend([copies, walk])
        return walk.__enter__()

    yield begin
    for one in reversed(open_now):
        one.__exit__(None, None, None)


@pytest.mark.parametrize(
    "is_held", [pytest.param(True, marks=pytest.mark.one_database), False],
    ids=["held by hand", "in force"],
)  # fmt: skip
def test_where_nothing_stops_them_the_same_requests_lead_into_treatment(app, walking, is_held):
    walk = walking(is_held=is_held)
    led = {tried.endpoint for tried in walk.try_all(walk.requests(of=NEAR)) if tried.went_past}

    meant = INTO_TREATMENT - {"sessions.start" if is_held else "plans.resume"}
    assert led == meant & app.view_functions.keys()


@pytest.mark.slow
def test_no_request_to_any_address_goes_past_a_stop_or_opens_the_gate(app, walking, database):
    """Every address on one database; on the other those that move plans and sessions."""
    areas = ("",) if database.name == "sqlite" else NEAR
    walk = walking(is_stopped=True)
    wrong, met = [], set()
    for tried in walk.try_all(walk.requests(of=areas)):
        met.add(tried.endpoint)
        if tried.status >= 500 or tried.went_past or tried.after.gates:
            wrong.append((tried.endpoint, tried.status, tried.sent))

    assert not wrong
    assert met >= {
        one.endpoint
        for one in app.url_map.iter_rules()
        if (one.methods or set()) - SAFE and one.endpoint.startswith(areas)
    }


def commands(group, path=()):
    """Yield every command that can be given, by its words."""
    for name, one in group.commands.items():
        if (*path, name) in LEFT_OUT:
            continue
        if isinstance(one, click.Group):
            yield from commands(one, (*path, name))
        else:
            yield (*path, name), one


def written(folder, name, text):
    file = folder / name
    file.write_text(text)
    return str(file)


@pytest.mark.one_database
def test_no_command_and_no_round_goes_past_a_stop_or_opens_the_gate(app, cast, walking, tmp_path):
    walk = walking(is_stopped=True)
    table = written(tmp_path, "s.csv", "instrument,taken_on,total\nphq9,2026-11-20,3\n")
    case = {"on": "2026-11-27", "patient": {"birth_date": "1996-03-14"}}
    given = {
        ("create-admin",): ["--name", "Dora", "--email", "dora@practice.example", "--again", "x"],
        ("scores", "import"): [table, "--patient", "000001", "--by", "alice@practice.example"],
        ("clearance", "judge"): [written(tmp_path, "case.json", json.dumps(case))],
        ("score",): ["phq9", "--answers", written(tmp_path, "lines.jsonl", '{"1": 0}\n')],
    }
    before, runner = walk.facts(), app.test_cli_runner()
    for words, command in commands(app.cli):
        flags = [one.opts[0] for one in command.params if getattr(one, "is_flag", False)]
        for more in itertools.chain(*(itertools.combinations(flags, n) for n in range(3))):
            with app.app_context():  # as the `flask` of a shell gives it
                done = runner.invoke(args=[*words, *given.get(words, []), *more])
                db.session.remove()
            assert done.exception is None or isinstance(done.exception, SystemExit), words
            assert "Missing" not in done.output, (words, done.output)
            assert not walk.facts().goes_past(before), words
    for one in cli._rounds():
        with app.app_context(), acting_as_job(one.name):
            one.act()
            db.session.remove()
        assert not walk.facts().goes_past(before), one.name


SINCE = "(SELECT closed_at FROM readiness AS gate WHERE gate.patient_id = step.patient_id)"
BY_SQL = {
    "UPDATE treatment_plan SET state = 'active' WHERE state <> 'stopped'":
        "a plan moves by a step of its course alone",
    "UPDATE treatment_session SET state = 'started', started_at = moved_at, plan_id ="
    " (SELECT id FROM treatment_plan WHERE state = 'held') WHERE state = 'pre-flight'":
        "a session moves by a step of its course alone",
    "INSERT INTO plan_step (id, patient_id, plan_id, act, from_state, to_state, cause, reason,"
    " check_id, by_id, by_name, at) SELECT patient_id, patient_id, plan_id, 'resume', 'held',"
    f" 'active', '', 'By SQL.', check_id, by_id, by_name, {SINCE} FROM plan_step AS step"
    " WHERE act = 'activate'":
        "the clearance gate is closed: a plan is neither activated nor resumed",
    "INSERT INTO session_step (id, patient_id, session_id, act, from_state, to_state, reason,"
    " check_id, by_id, by_name, at) SELECT patient_id, patient_id, session_id, 'start',"
    " 'pre-flight', 'started', '', (SELECT check_id FROM plan_step WHERE act = 'activate'), by_id,"
    f" by_name, {SINCE} FROM session_step AS step WHERE act = 'begin pre-flight'":
        "the clearance gate is closed, or no plan is active: no session starts",
}  # fmt: skip


def test_the_database_itself_refuses_and_says_why(app, cast, clock):
    all_clear(app, cast, clock, is_held=False)
    stop(app, cast, clock)
    with app.app_context():
        for sql, why in BY_SQL.items():
            with pytest.raises(DBAPIError, match=why):
                db.session.connection().execute(sa.text(sql))
            db.session.rollback()
