"""What nobody took in time is told to the whole care team: neutrally, once a clock."""

from __future__ import annotations

import datetime as dt
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
import structlog
import time_machine

from dashboard.actor import acting_as_job
from dashboard.alerts import actions, mailing
from dashboard.alerts.models import Level
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import CareTeamMember
from tests.alerts.acting import alert_of, take
from tests.scores.filling import answers, enter, path_of

STEPS = "SELECT kind FROM alert_step ORDER BY at, id"
NOTICES = "SELECT kind, address, claimed_at, sent_at, trouble FROM alert_notice ORDER BY made_at"
TEAM = ["alice@practice.example", "bob@practice.example"]


def overdue(app, cast, *, level=Level.IMMEDIATE, key="phq9:item9") -> None:
    """Raise an alert for Ann that was due an hour ago."""
    with app.app_context(), acting_as_job("test data"):
        actions.raise_alert(
            cast.ann, key=key, rule=key, level=level, words="PHQ-9 item 9.", instrument="phq9",
            version="2001.2", answers={"9": 3}, at=now() - dt.timedelta(minutes=90),
        )  # fmt: skip
        db.session.commit()
        db.session.remove()


def run(app) -> str:
    """Run the command as cron does."""
    done = app.test_cli_runner().invoke(args=["alerts", "escalate"])
    assert done.exit_code == 0, done.output
    return str(done.output)


def test_an_overdue_alert_is_told_to_the_team_and_the_practice_once_a_clock(
    app, team, letters, rows, alice, cleo
):
    cleo.fill_in("/practice", {"alert_email": "on-call@practice.example"})
    overdue(app, team)
    enter(alice, team.ann_ref, "gad7", answers(0, 7))

    first, again = run(app), run(app)

    assert "Escalated: 1." in first
    assert "Escalated: 0. E-mails sent: 0." in again
    assert letters.to() == [*TEAM, "on-call@practice.example"]
    assert [row.kind for row in rows(STEPS)] == ["raised", "escalated"]
    told = rows("SELECT action, detail FROM audit_event WHERE subject = 'alert_notice'")
    assert told
    assert not any("practice.example" in row.detail for row in told)


@pytest.mark.one_database
def test_an_e_mail_says_nothing_but_where_to_sign_in(app, team, letters):
    overdue(app, team)
    run(app)

    [letter, _] = letters.all()
    assert letter["Subject"] == "Something in Casement needs you today"
    body = letter.get_payload(decode=True).decode()
    base = app.extensions["settings"].base_url
    assert body.split() == f"Something in Casement needs you today. Sign in: {base}".split()


def test_a_new_clock_is_escalated_anew_and_one_e_mail_tells_of_several(app, team, letters, rows):
    overdue(app, team)
    overdue(app, team, key="phq9:other", level=Level.IMMEDIATE)
    run(app)
    assert letters.to() == TEAM

    with time_machine.travel(now() + dt.timedelta(days=1), tick=False):
        overdue(app, team)
        run(app)

    assert letters.to() == sorted(TEAM * 2)
    assert [row.kind for row in rows(STEPS)].count("escalated") == 3


def test_what_was_taken_or_closed_or_is_not_due_is_left_alone(app, alice, cast, letters, rows):
    enter(alice, cast.ann_ref, "phq9", answers(1, 9))
    path = alert_of(alice, "/alerts")
    alice.fill_in(f"{path}/take", {"note": "I call her now."})
    enter(alice, cast.ann_ref, "edeqs", answers(0, 12))

    with time_machine.travel(now() + dt.timedelta(days=40), tick=False):
        assert "Escalated: 0." in run(app)
    assert letters.all() == []


def test_the_owner_is_told_at_once_of_an_immediate_danger_after_it_was_stored(
    app, alice, cast, letters, rows
):
    sent = alice.fill_in(
        path_of(cast.ann_ref, "phq9"), {"mode": "interview", "item_9": "3", "item_1": "0"}
    )

    assert sent.status_code == 303
    assert letters.to() == ["alice@practice.example"]
    [(kind, _, claimed, done, trouble)] = rows(NOTICES)
    assert (kind, trouble) == ("first", "")
    assert claimed and done


def test_a_danger_of_today_is_not_mailed_until_it_is_overdue(alice, cast, letters):
    enter(alice, cast.ann_ref, "phq9", answers(1, 9))

    assert letters.all() == []


def test_a_failed_sending_is_given_free_and_tried_again_for_a_day(app, cast, letters, rows):
    letters.folder.write_text("a file where the folder should be")
    overdue(app, cast)
    done = app.test_cli_runner().invoke(args=["alerts", "escalate"])
    assert done.exit_code == 1
    assert "Not sent: The outbox could not be written." in done.output
    assert {row.claimed_at for row in rows(NOTICES)} == {None}

    letters.folder.unlink()
    run(app)
    run(app)

    assert letters.to() == ["alice@practice.example"]


def test_a_notice_whose_sender_died_is_not_sent_twice_and_an_old_one_not_at_all(
    app, cast, letters, rows
):
    overdue(app, cast)
    with app.app_context(), acting_as_job("test data"):
        actions.escalate()
        db.session.commit()
        assert mailing._claimed(), "a sender takes the notices and dies"
        db.session.remove()
    run(app)
    overdue(app, cast, key="phq9:other")
    late = time_machine.travel(now() + dt.timedelta(days=2), tick=False)
    with late, app.app_context(), acting_as_job("test data"):
        assert mailing.deliver().sent == 0
        db.session.remove()

    assert letters.all() == []


@pytest.mark.one_database
def test_without_mail_everything_else_is_done_and_said(app, cast, rows):
    overdue(app, cast)

    assert "nobody was told by e-mail" in run(app)
    assert [row.kind for row in rows(STEPS)] == ["raised", "escalated"]


@pytest.mark.parametrize("alerts", [1, 8])
def test_many_machines_at_once_escalate_and_send_once(app, cast, letters, rows, alerts):
    for number in range(alerts):
        overdue(app, cast, key=f"phq9:rule{number}")
    ready, outputs = Barrier(4), []

    def machine() -> None:
        with app.app_context(), acting_as_job("escalate alerts"):
            ready.wait()
            count = actions.escalate()
            db.session.commit()
            outputs.append((count, mailing.deliver().sent))
            db.session.remove()

    threads = [Thread(target=machine) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sum(count for count, _ in outputs) == alerts
    assert [row.kind for row in rows(STEPS)].count("escalated") == alerts
    sent = [row.sent_at for row in rows(NOTICES) if row.kind == "overdue"]
    assert len(sent) == alerts
    assert 1 <= len(letters.all()) == sum(number for _, number in outputs)


OWNERS = (
    "SELECT name, state, escalated_at FROM alert JOIN account ON account.id = owner_id"
    " ORDER BY raised_at"
)


def leave(app, team, *, comes_back=False) -> None:
    """End Alice's place on Ann's care team, or begin it anew and end Bob's."""
    leaving, coming = (team.bob, team.alice) if comes_back else (team.alice, None)
    with app.app_context(), acting_as_job("test data"):
        mine = db.session.scalars(
            sa.select(CareTeamMember).where(
                CareTeamMember.user_id == leaving, CareTeamMember.patient_id == team.ann
            )
        ).one()
        mine.until, mine.removed_by_id, mine.removed_reason = now(), team.bob, "moved away"
        if coming:
            db.session.add(
                CareTeamMember(
                    patient_id=team.ann, user_id=coming, added_by_id=team.bob, added_reason="back"
                )
            )
        db.session.commit()
        db.session.remove()


def test_an_alert_whose_owner_left_waits_for_who_treats_the_patient_now(
    app, alice, bob, team, letters, rows
):
    enter(alice, team.ann_ref, "phq9", answers(3, 9))
    take(alice, f"/patients/{team.ann_ref}/alerts")
    enter(alice, team.ann_ref, "gad7", answers(0, 7))
    leave(app, team)

    run(app)
    run(app)

    assert {(row.name, row.state) for row in rows(OWNERS)} == {("Bob Baum", "open")}
    assert [row.kind for row in rows(STEPS)].count("owner left") == len(rows(OWNERS))
    assert letters.to() == TEAM, "Alice when it was answered, Bob when it became his"
    assert "Owner left" in bob.get(alert_of(bob, f"/patients/{team.ann_ref}/alerts")).text
    leave(app, team, comes_back=True)
    run(app)
    assert {row.name for row in rows(OWNERS)} == {"Alice Adler"}


def test_an_answer_given_again_is_told_to_who_treats_the_patient_now(app, team, letters, rows):
    overdue(app, team)
    leave(app, team)

    overdue(app, team)

    assert [(row.name, row.state) for row in rows(OWNERS)] == [("Bob Baum", "open")]
    assert [row.address for row in rows(NOTICES)] == TEAM


def test_an_alert_of_a_patient_whom_nobody_treats_stays_and_the_log_says_so(app, cast, rows):
    overdue(app, cast)
    leave(app, cast)

    with structlog.testing.capture_logs() as logged:
        run(app)
        run(app)

    assert [row.kind for row in rows(STEPS)] == ["raised", "escalated"]
    assert [one["event"] for one in logged] == ["an overdue alert has nobody to be told"]
