"""The seal: any change of a signed note shows, on both databases, and nothing else does."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.actor import acting_as_job
from dashboard.clinical.quantities import Unit
from dashboard.db import db
from dashboard.visits import actions, sealing
from dashboard.visits.models import Posture, Visit, VisitKind, VitalKey, VitalSign
from dashboard.visits.note import Note
from dashboard.visits.since import Since
from dashboard.visits.vitals import Vital
from tests.visits.writing import logged

TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), min_size=1
)
MOMENT = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))
VITALS = st.sampled_from(
    [
        (),
        (Vital(VitalKey.HEART_RATE, "64", Unit.PER_MINUTE),),
        (
            Vital(VitalKey.SYSTOLIC, "118", Unit.MMHG, Posture.SITTING),
            Vital(VitalKey.DIASTOLIC, "74", Unit.MMHG, Posture.SITTING),
            Vital(VitalKey.WEIGHT, "110.5", Unit.POUND),
        ),
    ]
)
NOTES = st.builds(
    Note,
    kind=st.sampled_from(VisitKind),
    began_at=MOMENT,
    zone_name=st.just("America/New_York"),
    typed_time=st.text("0123456789-: ", min_size=1, max_size=40),
    subjective=TEXT,
    objective=TEXT,
    assessment=TEXT,
    plan=TEXT,
    vitals=VITALS,
)
SINCE = Since("No earlier visit is recorded.", ("PHQ-9 10",), "17-Nov-2026 12:05 ET")


def a_visit():
    return Visit(
        id=uuid.UUID(int=1), ref="a" * 26, patient_id=uuid.UUID(int=2), kind=VisitKind.FOLLOW_UP,
        began_at=dt.datetime(2026, 11, 17, 17, tzinfo=dt.UTC), zone_name="America/New_York",
        typed_time="17-Nov-2026 12:00", subjective="s", objective="o", assessment="a", plan="p",
        author_id=uuid.UUID(int=3), recorded_at=dt.datetime(2026, 11, 17, 17, 5, tzinfo=dt.UTC),
        responsible_id=uuid.UUID(int=3), since_last=SINCE.text, signed_name="Alice Adler",
        signed_at=dt.datetime(2026, 11, 17, 17, 9, tzinfo=dt.UTC), signed_by_id=uuid.UUID(int=3),
    )  # fmt: skip


def a_sign(**changes):
    return VitalSign(
        **{"key": VitalKey.HEART_RATE, "typed": "64", "unit": "/min", "canonical": Decimal(64),
           "posture": Posture.NOT_SAID, **changes}
    )  # fmt: skip


CHANGES = {
    "id": uuid.UUID(int=9), "ref": "b" * 26, "patient_id": uuid.UUID(int=9),
    "kind": VisitKind.PHONE, "began_at": dt.datetime(2026, 11, 17, 17, 0, 0, 1, tzinfo=dt.UTC),
    "zone_name": "America/Chicago", "typed_time": "17-Nov-2026 12:01", "subjective": "S",
    "objective": "", "assessment": "a ", "plan": "p\n", "author_id": uuid.UUID(int=9),
    "recorded_at": dt.datetime(2026, 11, 17, 17, 6, tzinfo=dt.UTC), "since_last": "",
    "signed_name": "Bob Baum", "signed_at": dt.datetime(2026, 11, 17, 17, 10, tzinfo=dt.UTC),
    "signed_by_id": uuid.UUID(int=9),
}  # fmt: skip


@pytest.mark.parametrize("field", CHANGES)
def test_any_changed_field_changes_the_seal(field):
    before, changed = a_visit(), a_visit()
    setattr(changed, field, CHANGES[field])

    assert sealing.digest(before, [a_sign()]) != sealing.digest(changed, [a_sign()])


@pytest.mark.parametrize(
    "signs",
    [
        [],
        [a_sign(typed="65")],
        [a_sign(typed="64.0")],
        [a_sign(key=VitalKey.SPO2, unit="%")],
        [a_sign(unit="%")],
        [a_sign(), a_sign(key=VitalKey.SPO2, typed="98", unit="%")],
    ],
)
def test_any_changed_vital_sign_changes_the_seal(signs):
    visit = a_visit()

    assert sealing.digest(visit, [a_sign()]) != sealing.digest(visit, signs)


def test_every_column_that_is_content_is_sealed():
    unsealed = {
        "version", "responsible_id", "changed_by_id", "changed_at", "seal", "sealed_by",
        "entered_in_error_at", "entered_in_error_by_id", "entered_in_error_reason",
    }  # fmt: skip

    assert {column.name for column in Visit.__table__.columns} == unsealed | set(CHANGES)


@given(NOTES, st.sampled_from(["subjective", "objective", "assessment", "plan"]), TEXT)
def test_words_cannot_move_between_fields_unseen(note, name, text):
    visit, other = a_visit(), a_visit()
    for field in ("subjective", "objective", "assessment", "plan"):
        setattr(visit, field, getattr(note, field))
        setattr(other, field, getattr(note, field))
    setattr(other, name, text)

    assert (sealing.digest(visit, []) == sealing.digest(other, [])) == (getattr(note, name) == text)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(NOTES)
def test_a_signed_note_is_the_same_after_the_database(app, cast, note):
    with app.app_context(), acting_as_job("test data"):
        visit = actions.log(cast.ann, note=note, by_id=cast.alice)
        db.session.flush()
        key = visit.id
        sealing.sign(visit, signs=_signs(key), since=SINCE, by_id=cast.alice, name="Alice Adler")
        db.session.commit()
        db.session.remove()
    with app.app_context(), acting_as_job("test"):
        stored = db.session.get_one(Visit, key)
        assert sealing.is_intact(stored, _signs(key))
        db.session.remove()


def _signs(key):
    return db.session.scalars(sa.select(VitalSign).where(VitalSign.visit_id == key)).all()


def verdict(app, **options):
    with app.app_context(), acting_as_job("test"):
        found = sealing.verify(**options)
        db.session.remove()
        return found


def tamper(app, *statements):
    """Change rows as an intruder with full rights would, who first drops the guards."""
    with app.app_context(), db.engine.connect() as connection:
        for guard in app.extensions["guards"]:
            for name in guard.trigger_names(connection.dialect.name):
                on = f" ON {guard.table}" if connection.dialect.name == "postgresql" else ""
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()


def test_untouched_notes_hold(app, cast):
    for _ in range(3):
        logged(app, cast.ann, cast.alice)
    logged(app, cast.ben, cast.bob, signed=False)

    assert verdict(app) == sealing.Verdict(3)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE visit SET plan = 'Stop.'",
        "UPDATE visit SET seal = 'ab'",
        "UPDATE visit SET signed_name = 'Bob Baum'",
        "UPDATE vital_sign SET typed = '46'",
        "DELETE FROM vital_sign",
    ],
)
def test_an_edited_note_is_named(app, cast, rows, statement):
    logged(app, cast.ann, cast.alice, vitals=(Vital(VitalKey.HEART_RATE, "64", Unit.PER_MINUTE),))
    tamper(app, statement)
    (row,) = rows("SELECT ref FROM visit")

    assert verdict(app).trouble == f"visit {row.ref} is not what was signed"


def test_a_note_and_its_seal_rewritten_together_contradict_the_trail(app, cast, rows):
    key = logged(app, cast.ann, cast.alice)
    tamper(app, "UPDATE visit SET plan = 'Stop.'")
    with app.app_context(), acting_as_job("test"):
        seal = sealing.digest(db.session.get_one(Visit, key), [])
        db.session.remove()
    tamper(app, f"UPDATE visit SET seal = '{seal}'")

    assert "the trail tells of another seal" in verdict(app).trouble


def test_a_vanished_note_is_named(app, cast):
    key = logged(app, cast.ann, cast.alice)
    tamper(app, "DELETE FROM visit")

    assert verdict(app).trouble == f"signed visit {key} is gone"


def test_the_first_of_two_broken_notes_is_named(app, cast, rows):
    for number in range(5):
        logged(app, cast.ann, cast.alice, subjective=f"note {number}")
    tamper(app, "UPDATE visit SET plan = 'Stop.' WHERE subjective IN ('note 2', 'note 4')")
    (row,) = rows("SELECT ref FROM visit WHERE subjective = 'note 2'")

    assert verdict(app, batch=2) == sealing.Verdict(2, f"visit {row.ref} is not what was signed")


def test_the_command_tells_whether_every_note_holds(app, cast):
    logged(app, cast.ann, cast.alice)
    sound = app.test_cli_runner().invoke(args=["visits", "verify"])
    tamper(app, "UPDATE visit SET plan = 'Stop.'")
    broken = app.test_cli_runner().invoke(args=["visits", "verify"])

    assert (sound.exit_code, sound.output) == (0, "Every signed note holds: 1.\n")
    assert broken.exit_code == 1
    assert "is not what was signed" in broken.output
