"""What physicians do about an alert: take it, hand it over, note, close; two of them at once."""

from __future__ import annotations

import datetime as dt
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.alerts import actions
from dashboard.alerts.models import Alert
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import EmergencyAccess
from tests.alerts.acting import alert_of, close, take
from tests.cast import form_fields
from tests.scores.filling import answers, enter, text_of

LONG = "x" * 100_000
ACTS = {
    "take": {"note": "I call her now."},
    "note": {"note": "Tried at 10:40, no answer."},
    "close": {"outcome": "spoke with the patient", "note": "Called her."},
}
STATE = "SELECT state, outcome, owner_id, acknowledged_by_id, closed_by_id FROM alert"
STEPS = "SELECT kind, note FROM alert_step ORDER BY at, id"


@pytest.fixture
def path(alice, cast):
    """Raise an alert for Ann and return its address."""
    return alert_of(alice, enter(alice, cast.ann_ref, "phq9", answers(1, 9)).request.path)


def key(cast_id) -> str:
    return str(cast_id.hex)


def test_an_alert_is_taken_noted_and_closed_and_its_page_tells_it_all(alice, cast, path, rows):
    for act, fields in ACTS.items():
        assert alice.fill_in(f"{path}/{act}", fields).location == path

    page = text_of(alice.get(path))
    for words in (
        "item 9: 1, several days", "I call her now.", "Tried at 10:40, no answer.", "Called her.",
        "Spoke with the patient", "Closed", "Alice Adler",
    ):  # fmt: skip
        assert words in page, words
    assert "Take it" not in page
    told = [(row.kind, row.note) for row in rows(STEPS)]
    assert [kind for kind, _ in told] == ["raised", "acknowledged", "noted", "closed"]
    [alert] = rows(STATE)
    assert (alert.state, alert.outcome) == ("closed", "spoke with the patient")
    assert "Nothing is open" in text_of(alice.get(f"/patients/{cast.ann_ref}/alerts"))


@pytest.mark.one_database
def test_while_nobody_took_it_the_banner_says_so_on_every_page_of_the_chart(alice, cast, path):
    pages = [f"/patients/{cast.ann_ref}{end}" for end in ("", "/visits", "/details", "/team")]
    assert all("Alert not taken" in alice.get(page).text for page in pages)

    alice.fill_in(f"{path}/take", ACTS["take"])
    assert all("Alert not closed" in alice.get(page).text for page in pages)

    alice.fill_in(f"{path}/close", ACTS["close"])
    assert not any("Alert not" in alice.get(page).text for page in pages)


def test_of_two_who_take_it_at_once_the_second_is_told_by_whom(app, alice, bob, team, path, rows):
    fields = bob.fields(f"{path}/take")
    alice.fill_in(f"{path}/take", ACTS["take"])

    late = bob.post(f"{path}/take", {**fields, "note": "Me too."})

    assert late.status_code == 409
    assert "This alert was taken before" in late.text
    assert rows(STATE)[0].acknowledged_by_id in {key(team.alice), team.alice}
    assert not rows("SELECT id FROM alert_step WHERE note = 'Me too.'")


def test_many_who_take_it_in_the_same_moment_leave_one_owner_and_no_error(app, team, path, rows):
    ready, told = Barrier(4), []

    def physician(who) -> None:
        with app.app_context(), acting_as_job("test data"):
            alert = db.session.scalars(sa.select(Alert.id)).one()
            db.session.rollback()
            ready.wait()
            try:
                actions.acknowledge(alert, note="I call her.", by=who)
                db.session.commit()
                told.append("taken")
            except actions.TakenAlready as refusal:
                told.append(refusal.heading)
            db.session.remove()

    threads = [Thread(target=physician, args=[who]) for who in (team.alice, team.bob) * 2]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(told) == ["This alert was taken before"] * 3 + ["taken"]
    assert [row.kind for row in rows(STEPS)] == ["raised", "acknowledged"]


@pytest.mark.one_database
@pytest.mark.parametrize("act", ["take", "note", "close", "hand-over"])
def test_nothing_happens_to_a_closed_alert(alice, bob, team, path, rows, act):
    fields = bob.fields(f"{path}/{act}")
    alice.fill_in(f"{path}/close", ACTS["close"])
    before = rows(STEPS)

    sent = {**fields, **ACTS.get(act, {"to": str(team.alice), "note": "Yours."})}
    late = bob.post(f"{path}/{act}", sent)

    assert late.status_code == 409
    assert "This alert is closed" in late.text
    assert alice.get(f"{path}/{act}").status_code == 409
    assert rows(STEPS) == before


@pytest.mark.parametrize("act", ["take", "close"])
def test_a_form_opened_before_a_newer_answer_is_not_acted_upon(alice, cast, path, rows, act):
    fields = alice.fields(f"{path}/{act}")
    enter(alice, cast.ann_ref, "phq9", {**answers(1, 9), "9": 3}, days_ago=7)

    answer = alice.post(f"{path}/{act}", {**fields, **ACTS[act]})

    assert answer.status_code == 409
    told = text_of(answer)
    assert "There is a newer answer" in told
    assert "item 9: 3, nearly every day" in told
    assert ACTS[act]["note"] in answer.text, "the text is kept"
    assert rows(STATE)[0].state == "open"
    assert alice.post(f"{path}/{act}", form_fields(answer.text)).status_code == 303


@pytest.mark.one_database
@pytest.mark.parametrize("seen", ["", "yesterday", "2026-11-23T10:00:00", "\0", "9" * 500])
def test_a_garbled_mark_of_what_was_seen_counts_as_not_seen(alice, path, rows, seen):
    answer = alice.fill_in(f"{path}/close", {**ACTS["close"], "seen": seen})

    assert answer.status_code == 409
    assert rows(STATE)[0].state == "open"


def test_handing_over_opens_it_again_and_starts_a_new_clock(alice, bob, team, path, rows):
    alice.fill_in(f"{path}/take", ACTS["take"])
    taken = rows("SELECT due_at FROM alert")

    page = text_of(alice.get(f"{path}/hand-over"))
    assert "Bob Baum" in page
    sent = alice.fill_in(f"{path}/hand-over", {"to": str(team.bob), "note": "I am off at six."})

    assert sent.status_code == 303
    [alert] = rows(STATE)
    assert alert.state == "open"
    assert alert.owner_id in {key(team.bob), team.bob}
    assert taken <= rows("SELECT due_at FROM alert")
    mine = text_of(bob.get("/alerts"))
    assert mine.index("ABEL, Ann") < len(mine)
    assert "Nothing needs you" in text_of(alice.get("/alerts"))
    assert "Bob Baum" in text_of(alice.get("/alerts"))


@pytest.mark.one_database
@pytest.mark.parametrize("to", ["", "None", "not a key", "\0", "cleo", "bob"])
def test_an_alert_goes_to_nobody_but_a_physician_of_the_team(alice, cast, path, rows, to):
    sent = {"cleo": str(cast.cleo), "bob": str(cast.bob)}.get(to, to)

    answer = alice.fill_in(f"{path}/hand-over", {"to": sent, "note": "Yours."})

    assert answer.status_code == 422
    assert text_of(answer).count("Choose a physician on the care team.") == 2
    assert "Yours." in answer.text
    assert len(rows(STEPS)) == 1


@pytest.mark.one_database
@pytest.mark.parametrize("act", ["take", "note", "close"])
@pytest.mark.parametrize("typed", ["", "   ", "\0", LONG])
def test_an_empty_or_endless_note_is_refused_at_the_field_and_above(alice, path, rows, act, typed):
    answer = alice.fill_in(f"{path}/{act}", {**ACTS[act], "note": typed})

    assert answer.status_code == 422
    assert text_of(answer).count("Shorten this" if typed == LONG else "Write down") >= 2
    assert len(rows(STEPS)) == 1


@pytest.mark.one_database
@pytest.mark.parametrize("outcome", ["", "all well", "\0", "SPOKE", "spoke with the patient" * 9])
def test_an_outcome_that_was_not_offered_is_refused_and_the_note_kept(alice, path, rows, outcome):
    answer = alice.fill_in(f"{path}/close", {"outcome": outcome, "note": "Called her."})

    assert answer.status_code == 422
    assert text_of(answer).count("Choose what it came to.") == 2
    assert "Called her." in answer.text
    assert len(rows(STEPS)) == 1


@pytest.mark.one_database
def test_hostile_text_is_shown_as_text(alice, path):
    alice.fill_in(f"{path}/note", {"note": "<script>alert(1)</script> \u202eabc"})

    page = alice.get(path).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; abc" in page


def test_a_form_sent_twice_acts_once(alice, path, rows):
    fields = {**alice.fields(f"{path}/close"), **ACTS["close"]}

    answers_ = [alice.post(f"{path}/close", fields) for _ in range(2)]

    assert [one.location for one in answers_] == [path, path]
    assert [row.kind for row in rows(STEPS)] == ["raised", "closed"]


def test_by_emergency_access_an_alert_is_read_and_noted_but_not_taken_or_closed(
    app, alice, bob, cast, path, rows
):
    with app.app_context(), acting_as_job("test data"):
        db.session.add(
            EmergencyAccess(
                patient_id=cast.ann, user_id=cast.bob, reason="night",
                ends_at=now() + dt.timedelta(hours=1),
            )
        )  # fmt: skip
        db.session.commit()
        db.session.remove()

    assert bob.fill_in(f"{path}/note", ACTS["note"]).status_code == 303
    for act in ("take", "close"):
        answer = bob.fill_in(f"{path}/{act}", ACTS[act])
        assert 400 <= answer.status_code < 500, act
    assert [row.kind for row in rows(STEPS)] == ["raised", "noted"]


@pytest.mark.one_database
def test_take_and_close_are_one_page_away_from_the_response(alice, cast):
    first = enter(alice, cast.ann_ref, "phq9", answers(1, 9)).request.path

    assert take(alice, first).status_code == 303
    assert "Alice Adler has it" in text_of(alice.get(first))
    assert close(alice, first, "Called her.").status_code == 303
