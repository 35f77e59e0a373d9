"""What was acknowledged before alerts existed becomes closed alerts; what was not, open ones."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from dashboard.actor import acting_as_job
from dashboard.alerts import reading
from dashboard.db import db
from dashboard.settings import ROOT

MIGRATIONS = str(ROOT / "migrations")
AT = dt.datetime(2026, 10, 1, 15, tzinfo=dt.UTC)
OLD = ("same_day", "immediate", "ask", None)  # one response each; the first was acknowledged


def rows_of(connection: sa.Connection, name: str, *rows: dict) -> None:
    """Write rows into a table as it was then."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    is_text = connection.dialect.name == "sqlite"
    for row in rows:
        plain = {
            key: value.hex if is_text and isinstance(value, uuid.UUID) else value
            for key, value in row.items()
        }
        connection.execute(table.insert().values(plain))


def old_practice(connection: sa.Connection) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """Write a physician, a patient and four responses as the version before kept them."""
    alice, ann = uuid.uuid4(), uuid.uuid4()
    responses = [uuid.uuid4() for _ in OLD]
    rows_of(connection, "account", {
        "id": alice, "ref": "a" * 26, "email": "alice@practice.example", "name": "Alice Adler",
        "role": "physician", "invited_at": AT, "joined_at": AT, "totp_counter": 0, "version": 1,
    })  # fmt: skip
    texts = (
        "preferred_name", "gender", "pronouns", "email", "telephone", "street", "city", "state",
        "postal_code", "time_zone", "emergency_name", "emergency_relation", "emergency_telephone",
        "allergies_text", "diagnosis_codes",
    )  # fmt: skip
    rows_of(connection, "patient", {
        **dict.fromkeys(texts, ""), "id": ann, "ref": "b" * 26, "mrn": "000001",
        "family_name": "Abel", "given_name": "Ann", "name_key": "abel ann", "given_key": "ann abel",
        "born_on": dt.date(1996, 3, 14), "sex_for_ranges": "female", "allergies": "not asked",
        "status": "active", "registered_at": AT, "registered_by_id": alice, "version": 1,
    })  # fmt: skip
    rows_of(connection, "care_team_member", {
        "id": uuid.uuid4(), "patient_id": ann, "user_id": alice, "name_key": "abel ann",
        "since": AT, "added_reason": "", "removed_reason": "",
    })  # fmt: skip
    for number, (response, attention) in enumerate(zip(responses, OLD, strict=True)):
        answers = json.dumps({"9": None if attention == "ask" else number})
        rows_of(connection, "response", {
            "id": response, "ref": f"{'c' * 25}{chr(97 + number)}", "patient_id": ann,
            "instrument": "phq9", "version": "2001.1", "sha256": "0" * 64, "mode": "paper",
            "taken_at": AT, "taken_zone": "UTC", "answers": answers, "result": "{}",
            "attention": attention, "recorded_by_id": alice, "recorded_at": AT,
            "entered_in_error_reason": "",
        })  # fmt: skip
        rows_of(connection, "score_value", {
            "id": uuid.uuid4(), "patient_id": ann, "response_id": response, "instrument": "phq9",
            "score": "total", "taken_at": AT, "value": "9", "lo": "9", "hi": "9", "n_answered": 9,
            "n_items": 9, "prorated": False, "version": "2001.1", "mode": "paper",
            "standing": "counts", "attention": attention, "safety_answers": answers,
        })  # fmt: skip
    rows_of(connection, "danger_acknowledgement", {
        "id": uuid.uuid4(), "patient_id": ann, "response_id": responses[0], "note": "Called her.",
        "acknowledged_by_id": alice, "acknowledged_at": AT + dt.timedelta(hours=1),
    })  # fmt: skip
    return ann, responses


def test_every_response_that_needed_attention_has_its_alert_after_the_upgrade(app, rows):
    with app.app_context():
        downgrade(directory=MIGRATIONS, revision="foundation")
        with db.engine.begin() as connection:
            ann, responses = old_practice(connection)
        upgrade(directory=MIGRATIONS)
        with acting_as_job("test"):
            waiting = reading.open_of(ann)
            closed = reading.closed_of(ann)
            steps = [one.step for one in reading.steps(closed[0].alert.id)]
        db.session.remove()

    assert [(one.alert.level.value, one.alert.answers) for one in waiting] == [
        ("immediate", '{"9": 1}'), ("follow_up", '{"9": null}'),
    ]  # fmt: skip
    assert {one.owner for one in waiting} == {"Alice Adler"}
    assert [one.alert.response_id for one in waiting] == responses[1:3]
    [done] = closed
    assert (done.alert.outcome, done.closed_by) == ("other, see the note", "Alice Adler")
    assert [(step.kind.value, step.note) for step in steps] == [
        ("raised", ""), ("closed", "Called her."),
    ]  # fmt: skip
    assert steps[1].at == AT + dt.timedelta(hours=1)
