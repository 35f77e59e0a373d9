"""How many rows a statement changed: what every once-only act of the program rests on."""

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from dashboard.clock import now
from dashboard.db import affected, db, table_of
from dashboard.errors import AlreadyDone
from dashboard.submissions import Submission, commit_once


def test_an_insert_that_finds_its_row_there_changes_nothing(app):
    with app.app_context():
        on_postgres = db.session.get_bind().dialect.name == "postgresql"
        insert = (postgresql.insert if on_postgres else sqlite.insert)(table_of(Submission))
        claim = insert.values(id="x" * 16, at=now(), location="/").on_conflict_do_nothing()

        assert [affected(db.session, claim) for _ in range(3)] == [1, 0, 0]
        db.session.remove()


def test_a_form_committed_by_another_request_meanwhile_leads_to_its_result(app):
    with app.app_context():
        commit_once("y" * 16, "/first")
        with pytest.raises(AlreadyDone) as done:
            commit_once("y" * 16, "/second")
        db.session.remove()

    assert done.value.location == "/first"
