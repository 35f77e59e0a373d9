"""The database's own rules: the same on both databases, and missed when they are gone."""

import pytest
import sqlalchemy as sa

from dashboard import guards
from dashboard.db import db
from dashboard.guards import Guard

NOTES = Guard(
    name="closed_note_is_kept",
    table="note",
    message="a closed note is kept",
    when="EXISTS (SELECT 1 FROM folder WHERE id = OLD.folder_id AND closed = 1)",
    insert_when="EXISTS (SELECT 1 FROM folder WHERE id = NEW.folder_id AND closed = 1)",
)


@pytest.fixture
def folders(app):
    """Two folders with a note each; the first is closed."""
    with app.app_context(), db.engine.connect() as connection:
        for statement in (
            "CREATE TABLE folder (id integer PRIMARY KEY, closed integer)",
            "CREATE TABLE note (id integer PRIMARY KEY, folder_id integer, text varchar(9))",
            "INSERT INTO folder VALUES (1, 1), (2, 0)",
            "INSERT INTO note VALUES (1, 1, 'kept'), (2, 2, 'open')",
        ):
            connection.exec_driver_sql(statement)
        guards.install(connection, (NOTES,))
        connection.commit()
        yield connection


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE note SET text = 'other' WHERE id = 1",
        "DELETE FROM note WHERE id = 1",
        "INSERT INTO note VALUES (3, 1, 'late')",
    ],
)
def test_a_rule_may_look_at_another_table(folders, statement):
    with pytest.raises(sa.exc.IntegrityError, match="a closed note is kept"):
        folders.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE note SET text = 'other' WHERE id = 2",
        "DELETE FROM note WHERE id = 2",
        "INSERT INTO note VALUES (3, 2, 'late')",
    ],
)
def test_a_rule_leaves_other_rows_alone(folders, statement):
    assert folders.exec_driver_sql(statement).rowcount == 1


def test_a_missing_rule_is_named(folders):
    on = " ON note" if folders.dialect.name == "postgresql" else ""
    folders.exec_driver_sql(f"DROP TRIGGER closed_note_is_kept_delete{on}")

    with pytest.raises(guards.GuardMissing, match="closed_note_is_kept_delete"):
        guards.check(folders, (NOTES,))
