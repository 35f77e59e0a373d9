"""No page reads a whole table: asked of the database's own planner, on a practice of some size.

The embedded database plans by rules: `SCAN` is a walk over every row, of a table or of an index,
whatever is in it. PostgreSQL plans by the sizes it has counted (ANALYZE), so only tables with
enough rows tell anything there: a table of one page is rightly read whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import url_for
from sqlalchemy import event

from dashboard import audit
from dashboard.actor import acting_as_job
from dashboard.db import db
from tests.bench.practice import fill
from tests.cast import sign_in
from tests.consents.signing import FORM as CONSENT

pytestmark = pytest.mark.slow
PATIENTS = 2_000
TOLD = 2_000  # rows of the trail
ENOUGH = 1_000  # rows from which PostgreSQL's choice tells something
STAYS_SMALL = {
    "practice": "one row",
    "audit_head": "one row",
    "account": "the people of one practice",
    "emergency_access": "a few a month, read by an admin",
    "rule_set_signing": "a row or two for each rule set",
    "validity_change": "what one practice decided about days",
    "anon": "a subquery's own result",
    "(subquery": "the same",
    "CONSTANT": "no table",
}
SMALL_INDEXES = {"ix_readiness_planned": "only patients who have a session planned"}
ALIAS = re.compile(r"[-_]\d+\)?$")


class Sent(NamedTuple):
    """One statement as it was sent."""

    text: str
    values: Any


@contextmanager
def listening(engine: sa.Engine) -> Iterator[list[Sent]]:
    sent: list[Sent] = []

    def note(_connection, _cursor, statement, parameters, _context, many):
        if statement.lstrip().upper().startswith(("SELECT", "WITH")) and not many:
            sent.append(Sent(statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def read_whole(connection: sa.Connection, sent: Sent) -> set[str]:
    """Return the tables that a statement walks from end to end."""
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sent.text}", sent.values)
        steps = [row[3] for row in plan]
        walked = [
            step for step in steps
            if step.startswith("SCAN ") and step.split()[-1] not in SMALL_INDEXES
        ]  # fmt: skip
        whole = {ALIAS.sub("", one.split()[1]) for one in walked if not stops(one, steps, sent)}
        return whole | ({"a caseload, to sort it"} if sorts_a_caseload(steps, sent) else set())
    text = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sent.text}", sent.values)
    nodes: list[Any] = [text.scalar_one()]
    found: set[str] = set()
    while nodes:
        node = nodes.pop()
        if isinstance(node, list):
            nodes += node
        elif isinstance(node, dict):
            nodes += node.values()
            if node.get("Node Type") == "Seq Scan":
                found.add(node["Relation Name"])
    return found


def sorts_a_caseload(steps: list[str], sent: Sent) -> bool:
    """Whether a page of a caseload is cut from all of it, instead of read in order."""
    is_page = "JOIN care_team_member" in sent.text and "LIMIT" in sent.text
    return is_page and any("TEMP B-TREE FOR ORDER BY" in step for step in steps)


def wholes(engine: sa.Engine, sent: list[Sent], rows: dict[str, int]) -> list[str]:
    """Return what is read whole, with the statement that does it."""
    found = []
    with engine.connect() as connection:
        for one in sent:
            whole = read_whole(connection, one) - STAYS_SMALL.keys()
            if connection.dialect.name == "postgresql":
                whole = {name for name in whole if rows.get(name, 0) >= ENOUGH}
            if whole:
                found.append(f"{sorted(whole)} by {one.text}")
    return found


def stops(walk: str, steps: list[str], sent: Sent) -> bool:
    """Whether a walk along an index is cut after a page: nothing is sorted and nothing left out."""
    is_sorted = any("TEMP B-TREE" in step for step in steps)
    is_cut = "LIMIT" in sent.text and "WHERE" not in sent.text
    return "USING" in walk and is_cut and not is_sorted


def sizes(connection: sa.Connection) -> dict[str, int]:
    names = sa.inspect(connection).get_table_names()
    return {
        name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one()
        for name in names
    }


def tell_much() -> None:
    """Give the trail a length worth an index."""
    with acting_as_job("a long history"):
        for number in range(TOLD):
            audit.record(db.session, audit.Action.EXPORT, subject="made up", subject_id=str(number))
        db.session.commit()
        db.session.remove()


def pages(app, filled) -> dict[str, list[tuple[str, dict[str, object] | None]]]:
    """Return physician's and admin's requests: an address, and what is sent to it if anything."""
    chart = {"patient_ref": filled.charts[52]}
    with app.test_request_context():
        search, suggest = url_for("patients.search"), url_for("patients.suggest")
        theirs = [
            url_for("patients.caseload"),
            url_for("patients.caseload", after=filled.middle),
            url_for("patients.caseload", before=filled.middle),
            url_for("patients.caseload", status="active"),
            url_for("patients.caseload", sort="registered", after=filled.middle),
            url_for("chart.overview", **chart),
            url_for("clearance_board.index"),
            url_for("tasks.mine"),
            url_for("sessions_board.index"),
            url_for("windows_board.index"),
            url_for("windows_board.change"),
            url_for("cohort.index"),
            url_for("windows.index", **chart),
            url_for("patient_tasks.index", **chart),
            url_for("prescriptions.index", **chart),
            url_for("sessions.index", **chart),
            url_for("patient.details", **chart),
            url_for("patient.history", **chart),
            url_for("patient.team", **chart),
            url_for("visits.index", **chart),
            url_for("visits.new", **chart),
            url_for("scores.index", **chart),
            url_for("scores.choose", **chart),
            url_for("findings.index", **chart),
            url_for("findings.entries", **chart),
            url_for("findings.of_kind", kind="K", **chart),
            url_for("findings.new", panel_key="chemistry", **chart),
            url_for("findings.review", group_key="symptoms", **chart),
            url_for("scores.new", instrument="phq9", **chart),
            url_for("intake.index", **chart),
            url_for("consents.index", **chart),
            url_for("consents.new", **chart),
        ]
        typed = (filled.family[:3], filled.family, "000017", "01-Jan-1980", "zzzz")
        admins = [
            url_for("accounts.index"),
            url_for("activity.trail"),
            url_for("activity.trail", action=audit.Action.OPEN.value),
            url_for("patients.emergency_review"),
        ]
    searches: list[tuple[str, dict[str, object] | None]] = [
        (address, {"q": text}) for address in (search, suggest) for text in typed
    ]
    return {
        "physician": [*((address, None) for address in theirs), *searches],
        "admin": [(address, None) for address in admins],
    }


def save(visitor, filled) -> None:
    """Save a note and a questionnaire, as forms are sent."""
    path = f"/patients/{filled.saved}"
    note = {"assessment": "Steady.", "plan": "Go on as planned.", "save_draft": "1"}
    assert visitor.fill_in(f"{path}/visits/new", note).status_code == 303
    given = {"mode": "paper", "another": "y"} | {f"item_{n}": "0" for n in range(1, 10)}
    assert visitor.fill_in(f"{path}/scores/new/phq9", given).status_code == 303


def begin(visitor, filled) -> None:
    """Begin a consent and an intake, and read what was begun."""
    path = f"/patients/{filled.saved}"
    intake = visitor.fill_in(f"{path}/intake", {}).location
    goals = {"goals": "Eat with other people.", "then": "leave"}
    assert visitor.fill_in(f"{intake}/sections/goals", goals).status_code == 303
    consent = visitor.fill_in(f"{path}/consents/new", CONSENT).location
    for page in (intake, f"{intake}/diagnoses", f"{intake}/sign", consent):
        assert visitor.get(page).status_code == 200, page


def test_no_page_reads_a_whole_table(app):
    with app.app_context():
        filled = fill(PATIENTS, histories=(52,))
        tell_much()
        engine = db.engine
        with engine.connect() as connection:
            rows = sizes(connection)
            if connection.dialect.name == "postgresql":
                connection.rollback()
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("ANALYZE")
    big = {"patient", "score_value", "response", "latest_score", "visit", "audit_event"}
    assert all(rows[name] >= ENOUGH for name in big | {"care_team_member"}), rows
    people = {"physician": filled.bob, "admin": filled.cleo}

    troubles = []
    for role, requests in pages(app, filled).items():
        visitor = sign_in(app, people[role])
        for address, typed in requests:
            with listening(engine) as sent:
                answer = visitor.get(address) if typed is None else visitor.post(address, typed)
            assert answer.status_code == 200, (address, answer.status)
            troubles += [f"{address} {typed}: {one}" for one in wholes(engine, sent, rows)]
    with listening(engine) as sent:
        save(sign_in(app, filled.bob), filled)
        begin(sign_in(app, filled.bob), filled)
    troubles += wholes(engine, sent, rows)

    assert not troubles
