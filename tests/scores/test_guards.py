"""What the database itself refuses about scores, whatever program asks."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from dashboard.db import db
from tests.scores.filling import answers, enter

FORBIDDEN = [
    "UPDATE response SET answers = '{}'",
    "UPDATE response SET taken_at = '2020-01-01 00:00:00'",
    "UPDATE response SET attention = NULL",
    "UPDATE response SET declined = '[\"9\"]'",
    "UPDATE response SET import_key = 'another'",
    "DELETE FROM response",
    "UPDATE score_value SET value = '0'",
    "DELETE FROM score_value",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_a_response_and_its_scores_are_never_rewritten(alice, app, cast, rows, sql):
    enter(alice, cast.ann_ref, "phq9", answers(1, 9))
    tables = ("response", "score_value")
    before = [rows(f"SELECT * FROM {table}") for table in tables]

    with app.app_context(), pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(sa.text(sql))

    assert [rows(f"SELECT * FROM {table}") for table in tables] == before


def test_a_response_in_error_stays_in_error(alice, app, cast):
    first = enter(alice, cast.ann_ref, "gad7", answers(1, 7)).request.path
    alice.fill_in(f"{first}/entered-in-error", {"reason": "Another patient's"})
    undo = (
        "UPDATE response SET entered_in_error_at = NULL, entered_in_error_by_id = NULL,"
        " entered_in_error_reason = ''"
    )

    with app.app_context(), pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(sa.text(undo))
