"""The schema, forwards and backwards, on both databases and with data in it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from dashboard import guards
from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.practice.models import Practice
from dashboard.settings import ROOT

MIGRATIONS = str(ROOT / "migrations")


def tables(app) -> set[str]:
    with app.app_context(), db.engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names())


def test_there_is_one_head():
    assert len(ScriptDirectory(MIGRATIONS).get_heads()) == 1


@pytest.mark.filterwarnings("ignore:autogenerate skipping:UserWarning")  # an index on an expression
def test_the_migrated_schema_is_the_models_schema(app):
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, db.metadata)

    assert differences == []


def test_the_named_rules_of_the_models_are_in_the_database(app):
    """Autogeneration does not compare CHECKs, so their names are compared here."""
    wanted = {
        str(rule.name)
        for table in db.metadata.tables.values()
        for rule in table.constraints
        if isinstance(rule, sa.CheckConstraint)
    }
    with app.app_context(), db.engine.connect() as connection:
        found = {
            rule["name"]
            for table in db.metadata.tables
            for rule in sa.inspect(connection).get_check_constraints(table)
        }

    assert wanted <= found


def test_every_foreign_key_is_indexed():
    for table in db.metadata.tables.values():
        first = {next(iter(index.columns)).name for index in table.indexes}
        first |= {
            next(iter(c.columns)).name
            for c in table.constraints
            if isinstance(c, sa.UniqueConstraint)
        }
        first |= {next(iter(table.primary_key.columns)).name}
        for key in table.foreign_keys:
            assert key.parent.name in first, f"{table.name}.{key.parent.name} has no index"


def test_going_back_with_patients_in_the_database_is_refused_and_changes_nothing(app, cast):
    before = tables(app)
    with app.app_context(), pytest.raises(SystemExit):  # as the command line ends
        downgrade(directory=MIGRATIONS, revision="base")

    assert tables(app) == before
    with app.app_context(), db.engine.connect() as connection:
        guards.check(connection, app.extensions["guards"])
        assert connection.exec_driver_sql("SELECT count(*) FROM patient").scalar_one() == 2


def test_an_empty_practice_goes_up_down_and_up_with_its_guards(app):
    with app.app_context():
        downgrade(directory=MIGRATIONS, revision="base")
    assert tables(app) <= {"alembic_version"}

    with app.app_context():
        upgrade(directory=MIGRATIONS)
        with acting_as_job("test"):
            db.session.add(Practice(name="x", is_synthetic=False))
            db.session.commit()
        with db.engine.connect() as connection:
            guards.check(connection, app.extensions["guards"])
        db.session.remove()


def test_a_second_upgrade_changes_nothing_and_keeps_the_data(app, cast, rows):
    before = rows("SELECT count(*) FROM audit_event")[0][0]
    with app.app_context():
        upgrade(directory=MIGRATIONS)

    assert rows("SELECT count(*) FROM audit_event")[0][0] == before


def test_a_lost_guard_is_noticed_and_put_back(app):
    name = "trail_is_append_only_delete"
    with app.app_context():
        with db.engine.connect() as connection:
            on = " ON audit_event" if connection.dialect.name == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
            connection.commit()
            with pytest.raises(guards.GuardMissing, match=name):
                guards.check(connection, app.extensions["guards"])
        upgrade(directory=MIGRATIONS)
        with db.engine.connect() as connection:
            guards.check(connection, app.extensions["guards"])
