"""What the database itself refuses about alerts, whatever program asks."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from dashboard.db import db
from tests.alerts.acting import alert_of
from tests.scores.filling import answers, enter

ALWAYS = [
    "DELETE FROM alert",
    "DELETE FROM alert_step",
    "UPDATE alert_step SET note = 'nothing'",
    "UPDATE alert SET times = times - 1",
    "UPDATE alert SET key = 'other'",
    "UPDATE alert SET raised_at = '2020-01-01 00:00:00'",
]
WHEN_CLOSED = [
    "UPDATE alert SET state = 'open', closed_at = NULL, closed_by_id = NULL, outcome = NULL",
    "UPDATE alert SET outcome = 'no danger found'",
    "UPDATE alert SET owner_id = NULL",
    "INSERT INTO alert_step (id, patient_id, alert_id, kind, at, note, answers, level)"
    " SELECT patient_id, patient_id, id, 'noted', raised_at, '', '{}', level FROM alert",
]


@pytest.mark.parametrize("sql", [*ALWAYS, *WHEN_CLOSED])
def test_an_alert_and_its_history_are_never_rewritten(alice, app, cast, rows, sql):
    path = alert_of(alice, enter(alice, cast.ann_ref, "phq9", answers(1, 9)).request.path)
    if sql in WHEN_CLOSED:
        alice.fill_in(f"{path}/close", {"outcome": "no danger found", "note": "Called her."})
    before = [rows(f"SELECT * FROM {table}") for table in ("alert", "alert_step")]

    with app.app_context(), pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(sa.text(sql))

    assert [rows(f"SELECT * FROM {table}") for table in ("alert", "alert_step")] == before
