"""The trail: written with every change, and unable to be rewritten unseen."""

import json

import pytest
import sqlalchemy as sa

from dashboard import audit, trail
from dashboard.actor import Actor, Kind, acting_as, seeing_every_patient
from dashboard.db import db, table_of
from dashboard.patients.models import Patient

KEY_OF = "keys"


def change_ann(app, cast, name="Abelson"):
    with app.app_context(), acting_as(Actor(Kind.PERSON, "Alice Adler", cast.alice)):
        ann = db.session.get(Patient, cast.ann)
        ann.family_name = name
        db.session.commit()


def verify(app, anchors=()):
    with app.app_context():
        verdict = trail.verify(db.session(), app.extensions["keys"].trail, anchors=anchors)
        db.session.remove()
        return verdict


def disarm(app):
    """Drop the database's own guards, as an intruder with full rights would."""
    with app.app_context(), db.engine.connect() as connection:
        for guard in app.extensions["guards"]:
            for name in guard.trigger_names(connection.dialect.name):
                on = f" ON {guard.table}" if connection.dialect.name == "postgresql" else ""
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
        connection.commit()


def tamper(app, *statements):
    disarm(app)
    with app.app_context(), db.engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()


def test_a_change_is_told_with_its_actor_and_without_its_values(app, cast, rows):
    change_ann(app, cast)

    last = rows("SELECT * FROM audit_event ORDER BY seq DESC LIMIT 1")[0]
    assert (last.action, last.subject, last.actor_name) == ("update", "patient", "Alice Adler")
    assert "family_name" in last.detail
    assert "Abel" not in last.detail


def test_equal_values_of_two_patients_cannot_be_matched_in_the_trail(app, cast, rows):
    alice = Actor(Kind.PERSON, "Alice", cast.alice)
    with app.app_context(), acting_as(alice), seeing_every_patient():
        for key in (cast.ann, cast.ben):
            patient = db.session.get_one(Patient, key)
            for number in ("555", "556", "555"):
                patient.telephone, patient.email = number, "555"
                db.session.flush()
        db.session.commit()

    told = [json.loads(row[0]) for row in rows("SELECT detail FROM audit_event ORDER BY seq")]
    changes = [one for one in told if "telephone" in one and "mrn" not in one]
    phones = [one["telephone"][1] for one in changes]
    assert phones[0] == phones[2] and phones[3] == phones[5], "within one row they compare"
    assert phones[0] != phones[1] and phones[0] != phones[3], "and nowhere else"
    assert changes[0]["email"][1] != phones[0]


def test_a_change_that_is_rolled_back_leaves_no_row(app, cast, rows):
    before = rows("SELECT count(*) FROM audit_event")[0][0]
    with app.app_context(), acting_as(Actor(Kind.PERSON, "Alice Adler", cast.alice)):
        db.session.get(Patient, cast.ann).family_name = "Abelson"
        db.session.flush()
        db.session.rollback()
        db.session.commit()

    assert rows("SELECT count(*) FROM audit_event")[0][0] == before


def test_the_chain_holds_after_ordinary_work(app, cast):
    change_ann(app, cast)

    assert verify(app).is_whole


TAMPERING = {
    "an edited row": (["UPDATE audit_event SET actor_name = 'Nobody' WHERE seq = 3"], "row 3"),
    "an edited detail": (["UPDATE audit_event SET detail = '{}' WHERE seq = 4"], "row 4"),
    "a removed row": (["DELETE FROM audit_event WHERE seq = 5"], "row 5"),
    "a first row removed": (["DELETE FROM audit_event WHERE seq = 1"], "row 1"),
    "two rows exchanged": (
        [
            "UPDATE audit_event SET seq = 0 WHERE seq = 3",
            "UPDATE audit_event SET seq = 3 WHERE seq = 4",
            "UPDATE audit_event SET seq = 4 WHERE seq = 0",
        ],
        "row 3",
    ),
    "a tail cut": (["DELETE FROM audit_event WHERE seq > 6"], "row 7"),
    "a tail cut and the head moved back": (
        [
            "DELETE FROM audit_event WHERE seq > 6",
            "UPDATE audit_head SET seq = 6, mac = (SELECT mac FROM audit_event WHERE seq = 6)",
        ],
        "row 7",
    ),
    "everything removed": (["DELETE FROM audit_event"], "row 1"),
    "everything removed and the head too": (
        ["DELETE FROM audit_event", "DELETE FROM audit_head"],
        "row 1",
    ),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found_and_the_first_bad_row_named(app, cast, how):
    change_ann(app, cast)
    statements, named = TAMPERING[how]

    tamper(app, *statements)

    verdict = verify(app)
    assert not verdict.is_whole
    assert f"{named} " in verdict.trouble


def test_an_old_copy_put_back_is_found_by_the_anchor(app, cast, tmp_path):
    with app.app_context():
        old = db.session.execute(sa.select(table_of(audit.AuditHead))).one()
        db.session.remove()
    change_ann(app, cast)
    with app.app_context():
        trail.drop_anchor(db.session(), tmp_path / "anchor")
        db.session.remove()

    disarm(app)
    with app.app_context(), db.engine.connect() as connection:
        head, events = table_of(audit.AuditHead), table_of(audit.AuditEvent)
        connection.execute(sa.delete(events).where(events.c.seq > old.seq))
        connection.execute(sa.update(head).values(seq=old.seq, mac=old.mac, seal=old.seal))
        connection.commit()

    assert verify(app).is_whole
    assert "was anchored" in verify(app, trail.read_anchors(tmp_path / "anchor")).trouble


REFUSED = {
    "update": "UPDATE audit_event SET actor_name = 'x' WHERE seq = 1",
    "delete": "DELETE FROM audit_event WHERE seq = 1",
    "upsert": "INSERT INTO audit_event SELECT * FROM audit_event WHERE seq = 1 "
    "ON CONFLICT (seq) DO UPDATE SET actor_name = 'x'",
}


@pytest.mark.parametrize("how", REFUSED)
def test_the_database_itself_refuses_to_rewrite_the_trail(app, cast, how):
    with app.app_context(), db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError):
        connection.exec_driver_sql(REFUSED[how])


def test_a_replaced_row_is_refused_too(app, cast):
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            statement = "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE seq = 1"
        else:
            statement = "TRUNCATE audit_event"
        with pytest.raises(sa.exc.DBAPIError):
            connection.exec_driver_sql(statement)
