"""What the database itself refuses about visits, whatever program writes to it."""

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.clinical.quantities import Unit
from dashboard.db import db
from dashboard.visits.guards import MARKS_OF_ERROR
from dashboard.visits.models import HandOver, Visit, VitalKey
from dashboard.visits.vitals import Vital
from tests.visits.writing import logged, write_and_sign

PULSE = Vital(VitalKey.HEART_RATE, "64", Unit.PER_MINUTE)
OTHER = {
    "kind": "'phone'",
    "began_at": "'2020-01-01 00:00:00'",
    "recorded_at": "'2020-01-01 00:00:00'",
    "changed_at": "'2020-01-01 00:00:00'",
    "signed_at": "NULL",
    "seal": "''",
    "id": "(SELECT id FROM patient WHERE mrn = '000002')",
    "patient_id": "(SELECT id FROM patient WHERE mrn = '000002')",
}


@pytest.fixture
def sql(app):
    """Run one statement past the program; commit it."""

    def run(statement):
        with app.app_context(), db.engine.connect() as connection:
            done = connection.exec_driver_sql(statement)
            connection.commit()
            return done.rowcount

    return run


@pytest.fixture
def signed(app, cast):
    return logged(app, cast.ann, cast.alice, vitals=(PULSE,))


@pytest.fixture
def unsigned(app, cast):
    return logged(app, cast.ann, cast.alice, vitals=(PULSE,), signed=False)


SEALED = sorted(
    column.name
    for column in Visit.__table__.columns
    if column.name not in MARKS_OF_ERROR | {"version"}
)


@pytest.mark.parametrize("column", SEALED)
def test_no_column_of_a_signed_note_can_be_changed(sql, signed, column):
    another = "(SELECT id FROM account WHERE role = 'admin')"
    value = OTHER.get(column, another if column.endswith("_id") else "'changed'")

    with pytest.raises(sa.exc.IntegrityError, match="signed visit cannot be changed"):
        sql(f"UPDATE visit SET {column} = {value}")


@pytest.mark.parametrize("statement", ["DELETE FROM visit", "DELETE FROM vital_sign"])
def test_nothing_of_a_signed_note_can_be_deleted(sql, signed, statement):
    with pytest.raises(sa.exc.IntegrityError, match=r"never deleted|cannot be changed"):
        sql(statement)


def test_not_even_an_unsigned_visit_is_deleted(sql, unsigned):
    sql("DELETE FROM vital_sign")

    with pytest.raises(sa.exc.IntegrityError, match="never deleted"):
        sql("DELETE FROM visit")


def test_an_unsigned_note_can_be_changed(sql, unsigned):
    assert sql("UPDATE visit SET plan = 'other'") == 1


def test_a_vital_sign_cannot_be_added_to_a_signed_note(sql, signed):
    columns = "id, patient_id, visit_id, key, typed, unit, canonical, posture"
    other = "SELECT patient_id, patient_id, visit_id, 'spo2', '98', '%%', '98', 'not said'"

    with pytest.raises(sa.exc.IntegrityError, match="signed visit"):
        sql(f"INSERT INTO vital_sign ({columns}) {other} FROM vital_sign")


def test_a_vital_sign_is_replaced_never_edited(sql, unsigned):
    with pytest.raises(sa.exc.IntegrityError, match="replaced"):
        sql("UPDATE vital_sign SET typed = '99'")


def test_a_row_cannot_be_written_over_by_replacing_it(app, sql, signed):
    with app.app_context():
        kind = db.engine.dialect.name
    names = ", ".join(column.name for column in Visit.__table__.columns)
    values = names.replace("plan", "'other'", 1)
    if kind == "sqlite":
        statement = f"INSERT OR REPLACE INTO visit ({names}) SELECT {values} FROM visit"
    else:
        statement = (
            f"INSERT INTO visit ({names}) SELECT {names} FROM visit "
            "ON CONFLICT (id) DO UPDATE SET plan = 'other'"
        )

    with pytest.raises(sa.exc.IntegrityError, match=r"never deleted|cannot be changed"):
        sql(statement)


def test_a_visit_is_marked_as_entered_in_error_once(sql, signed):
    mark = "entered_in_error_at = signed_at, entered_in_error_by_id = author_id"
    sql(f"UPDATE visit SET {mark}, entered_in_error_reason = 'wrong patient'")

    for change in (
        "entered_in_error_reason = 'another reason'",
        "entered_in_error_at = NULL, entered_in_error_by_id = NULL, entered_in_error_reason = ''",
        "version = 9",
    ):
        with pytest.raises(sa.exc.IntegrityError, match="entered in error"):
            sql(f"UPDATE visit SET {change}")


def test_a_mark_of_error_needs_a_person_and_a_reason(sql, signed):
    with pytest.raises(sa.exc.IntegrityError, match="error_is_signed_with_reason"):
        sql("UPDATE visit SET entered_in_error_at = signed_at")


@pytest.mark.parametrize(
    "change", ["signed_at = changed_at", "seal = 'x'", "signed_name = 'x'", "sealed_by = 'x'"]
)
def test_a_signature_is_whole_or_absent(sql, unsigned, change):
    with pytest.raises(sa.exc.IntegrityError, match="signature_is_whole"):
        sql(f"UPDATE visit SET {change}")


def test_a_note_without_a_plan_cannot_be_signed_by_any_program(sql, unsigned):
    whole = (
        "signed_at = changed_at, signed_by_id = author_id, signed_name = 'x', seal = 'x', "
        "sealed_by = 'x', plan = ''"
    )

    with pytest.raises(sa.exc.IntegrityError, match="signed_has_assessment_and_plan"):
        sql(f"UPDATE visit SET {whole}")


@pytest.mark.parametrize("statement", ["UPDATE addendum SET text = 'x'", "DELETE FROM addendum"])
def test_an_addendum_stays_as_it_was_written(sql, alice, cast, statement):
    address = write_and_sign(alice, cast.ann_ref)
    alice.fill_in(f"{address}/addendum", {"text": "The dose was 100 mg."})

    with pytest.raises(sa.exc.IntegrityError, match="addendum"):
        sql(statement)


def test_an_addendum_cannot_belong_to_an_unsigned_note(sql, unsigned):
    columns = "id, ref, patient_id, visit_id, text, author_id, author_name, at, zone_name"
    values = "id, ref, patient_id, id, 'x', author_id, 'x', changed_at, zone_name"

    with pytest.raises(sa.exc.IntegrityError, match="signed visit"):
        sql(f"INSERT INTO addendum ({columns}) SELECT {values} FROM visit")


def test_a_vital_sign_cannot_belong_to_another_patient_than_its_visit(sql, unsigned):
    columns = "id, patient_id, visit_id, key, typed, unit, canonical, posture"
    values = "v.id, p.id, v.id, 'spo2', '98', '%%', '98', 'not said'"

    with pytest.raises(sa.exc.IntegrityError, match=r"(?i)foreign key"):
        sql(
            f"INSERT INTO vital_sign ({columns}) SELECT {values} FROM visit v, patient p "
            "WHERE p.mrn = '000002'"
        )


@pytest.mark.parametrize(
    "statement", ["UPDATE visit_hand_over SET reason = 'x'", "DELETE FROM visit_hand_over"]
)
def test_a_hand_over_stays_as_it_was_written(app, cast, sql, unsigned, statement):
    with app.app_context(), acting_as_job("test"):
        db.session.add(
            HandOver(patient_id=cast.ann, visit_id=unsigned, from_id=cast.alice, to_id=cast.bob,
                     reason="on leave")
        )  # fmt: skip
        db.session.commit()
        db.session.remove()

    with pytest.raises(sa.exc.IntegrityError, match="hand-over"):
        sql(statement)
