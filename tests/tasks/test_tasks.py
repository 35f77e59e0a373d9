"""Tasks: raised, done, dropped, given away, postponed; nothing leaves a list silently."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import CareTeamMember
from dashboard.tasks import actions
from dashboard.tasks.models import Origin


@pytest.fixture
def raised(app, cast):
    """A task of the program for Alice about Ann, days late wherever the practice is."""
    with app.app_context(), acting_as_job("test data"):
        task = actions.raise_task(
            cast.ann, key="a check", words="Repeat the potassium", owner_id=cast.alice,
            due_on=now().date() - dt.timedelta(days=3), origin=Origin.RULE,
        )  # fmt: skip
        db.session.commit()
        ref = task.ref
        db.session.remove()
    return f"/patients/{cast.ann_ref}/tasks/{ref}"


def test_a_task_is_on_the_list_until_it_is_done_and_in_the_history_afterwards(
    alice, bob, cast, raised
):
    page = alice.get("/tasks").text
    assert "ABEL, Ann" in page and "Repeat the potassium" in page and "days late" in page
    assert "Repeat the potassium" not in bob.get("/tasks").text
    assert bob.get(raised).status_code == 404

    answer = alice.fill_in(f"{raised}/done", {"note": "Drawn <today>"})
    assert answer.status_code == 303
    assert "Nothing waits for you" in alice.get("/tasks").text
    page = alice.get(f"/patients/{cast.ann_ref}/tasks").text
    assert "Nothing is to do" in page and "Repeat the potassium" in page and "Done" in page
    page = alice.get(raised).text
    assert "Drawn &lt;today&gt;" in page and "by Alice Adler" in page and "by Casement" in page

    assert alice.get(f"{raised}/drop").status_code == 409
    assert alice.fill_in(f"{raised}/reopen", {"note": ""}).status_code == 422
    assert alice.fill_in(f"{raised}/reopen", {"note": "It clotted"}).status_code == 303
    assert "Repeat the potassium" in alice.get("/tasks").text


def test_dropping_and_postponing_need_a_reason_and_a_day_to_come(alice, cast, raised):
    assert alice.fill_in(f"{raised}/drop", {"note": " \x00 "}).status_code == 422
    for bad in ("", "soon", "yesterday-ish", "-1d", "31-Feb-2027", "01-Jan-2199"):
        answer = alice.fill_in(f"{raised}/postpone", {"due_on": bad, "note": "Away"})
        assert answer.status_code == 422, bad
        assert "Away" in answer.text
    assert alice.fill_in(f"{raised}/postpone", {"due_on": "+2d", "note": "Away"}).status_code == 303
    assert "In 2 days" in alice.get("/tasks").text
    assert alice.fill_in(f"{raised}/drop", {"note": "Moved away"}).status_code == 303
    assert "Moved away" in alice.get(raised).text


def test_a_task_somebody_else_changed_meanwhile_is_shown_again_first(alice, cast, raised):
    opened = alice.fields(f"{raised}/drop")
    alice.fill_in(f"{raised}/postpone", {"due_on": "+2d", "note": "Away"})
    answer = alice.post(f"{raised}/drop", {**opened, "note": "My reason"})
    assert answer.status_code == 409
    assert "Somebody changed this task" in answer.text and "My reason" in answer.text
    assert "Repeat the potassium" in alice.get("/tasks").text


def test_a_task_goes_only_to_somebody_who_treats_the_patient(app, alice, bob, cast, raised):
    given = {"to": str(cast.bob), "note": ""}
    assert alice.fill_in(f"{raised}/reassign", given).status_code == 422
    assert alice.fill_in(f"{raised}/reassign", {"to": "nobody"}).status_code == 422
    with app.app_context(), acting_as_job("test data"):
        place = CareTeamMember(patient_id=cast.ann, user_id=cast.bob)
        db.session.add(place)
        db.session.commit()
        key = place.id
        db.session.remove()
    assert alice.fill_in(f"{raised}/reassign", given).status_code == 303
    assert "Repeat the potassium" in bob.get("/tasks").text
    page = alice.get("/tasks").text
    assert "Others about my patients" in page and "Bob Baum" in page

    with app.app_context(), acting_as_job("test data"):
        place = db.session.get_one(CareTeamMember, key)
        place.until, place.removed_by_id = now(), cast.alice
        db.session.commit()
        db.session.remove()
    assert "Repeat the potassium" not in bob.get("/tasks").text
    assert "Does not treat this patient" in alice.get("/tasks").text


def test_a_new_task_is_sent_once_and_keeps_what_was_typed(alice, cast, rows):
    path = f"/patients/{cast.ann_ref}/tasks/new"
    answer = alice.fill_in(path, {"words": "x" * 301, "due_on": "t", "to": str(cast.alice)})
    assert answer.status_code == 422 and "Shorten this" in answer.text
    answer = alice.fill_in(path, {"words": "Call <b>", "due_on": "t"})
    assert answer.status_code == 422 and "Call &lt;b&gt;" in answer.text
    fields = alice.fields(path) | {"words": "Call", "due_on": "t", "to": str(cast.alice)}
    assert alice.post(path, fields).status_code == 303
    assert alice.post(path, fields).status_code == 303
    assert rows("SELECT count(*) FROM task")[0][0] == 1
    assert "Today" in alice.get("/tasks").text


def test_the_worklist_costs_one_statement(alice, raised, counting):
    alice.get("/tasks")
    with counting() as sent:
        alice.get("/tasks")
    assert len(sent.texts) <= 2, sent.texts


def test_the_database_keeps_every_task_and_step(app, raised):
    for sql, words in (
        ("DELETE FROM task_step", "as it was written"),
        ("UPDATE task_step SET note = 'other'", "as it was written"),
        ("DELETE FROM task", "never deleted"),
    ):
        with (
            app.app_context(),
            db.engine.connect() as connection,
            pytest.raises(sa.exc.IntegrityError, match=words),
        ):
            connection.execute(sa.text(sql))
