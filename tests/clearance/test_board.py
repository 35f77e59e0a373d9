"""The board: who is not ready for the next session, and nobody shown as better than is known."""

import datetime as dt
import re
import uuid

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from dashboard.actor import acting_as_job
from dashboard.clearance import anew, cells, policy, readiness
from dashboard.clearance.models import Readiness, Status
from dashboard.clinical.clearance import Tier
from dashboard.db import db, table_of
from dashboard.patients.models import CareTeamMember, Patient
from dashboard.patients.models import Status as PatientStatus
from tests.bench.practice import fill
from tests.cast import sign_in
from tests.clearance.stable import enter, one, ready_to_sign, sign
from tests.patients.people import treat

NOON = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def at_noon(app):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def alice(app, cast, at_noon):
    return sign_in(app, cast.alice)


@pytest.fixture
def unjudged(app, at_noon):
    """Patients registered before the clearance came: nothing was kept of anybody."""
    with app.app_context():
        db.session.connection().execute(sa.delete(table_of(Readiness)))
        db.session.commit()


@pytest.fixture
def ready(app, at_noon, cast):
    """Ann is ready for the session of the day after tomorrow."""
    with app.app_context(), acting_as_job("test data"):
        ann = ready_to_sign(cast)
        sign(ann, cast)
        db.session.remove()


def written(app, user_id, name, **said):
    """Register a patient and keep a judgement of theirs, as one made earlier would be."""
    (ref,) = treat(app, user_id, (name, "Pat"))
    with app.app_context(), acting_as_job("test data"):
        patient = db.session.scalars(sa.select(Patient).where(Patient.ref == ref)).one()
        values = {
            "status": Status.READY, "outcome": "CLEAR", "judged_for": TODAY,
            "next_session_on": TODAY, "ruleset": policy.mark().text, "next_stale_on": None,
            "tier": Tier.T0, "content": cells.stored([]), "is_open": False, **said,
        }  # fmt: skip
        kept = readiness.of(patient.id)
        for field, value in values.items():
            setattr(kept, field, value)
        db.session.commit()
        db.session.remove()


def groups(answer):
    """Return heading -> the names under it, as the page shows them."""
    assert answer.status_code == 200, answer.status
    page = BeautifulSoup(answer.text, "html.parser")
    return {
        panel.find("h2").text: [link.text for link in panel.select("th[scope=row] a")]
        for panel in page.select("main section.panel")
    }


def badge(answer):
    link = BeautifulSoup(answer.text, "html.parser").find("a", {"data-key": "g c"})
    return link.find(class_="count").text if link.find(class_="count") else ""


@pytest.mark.one_database
def test_a_patient_nobody_judged_is_unknown_and_says_what_to_do(alice, unjudged):
    answer = alice.get("/clearance")
    assert groups(answer) == {"Not ready, no session planned": ["ABEL, Ann"]}
    assert "Never judged: record the first findings" in answer.text
    assert "No physician has signed these rules" in answer.text
    assert badge(answer) == ""


def test_a_ready_patient_moves_as_days_pass_and_findings_change(app, alice, ready, cast, at_noon):
    answer = alice.get("/clearance")
    assert groups(answer) == {"Ready, runs out within 14 days": ["ABEL, Ann"]}
    assert "The one planned session is cleared." in answer.text
    assert badge(answer) == ""

    with app.app_context(), acting_as_job("test data"):
        enter(cast.ann, cast.alice, one("K", "2.4", "mmol/L"))
        db.session.commit()
        db.session.remove()
    answer = alice.get("/clearance?cell=labs")
    assert groups(answer) == {"Blocks the next session": ["ABEL, Ann"]}
    assert "2.4 mEq/L" in answer.text and "Clearance closed" not in answer.text
    assert badge(answer) == "1"
    assert "No patient matches these filters" in alice.get("/clearance?cell=consent").text
    assert "No patient matches these filters" in alice.get("/clearance?status=ready").text

    at_noon.move_to(NOON + dt.timedelta(days=3))
    alice = sign_in(app, cast.alice)
    answer = alice.get("/clearance")
    assert "Not judged today" in answer.text and "2.4 mEq/L" not in answer.text
    assert groups(answer) == {"Blocks the next session": ["ABEL, Ann"]}


def test_the_groups_follow_what_is_kept(app, alice, cast, at_noon):
    in_a_week = TODAY + dt.timedelta(days=7)
    with app.app_context(), acting_as_job("test data"):
        db.session.get_one(Patient, cast.ann).status = PatientStatus.DISCHARGED
        db.session.commit()
    written(app, cast.alice, "Holds", status=Status.HOLD, outcome="STOP")
    written(app, cast.alice, "Lapses", status=Status.DUE, outcome="UNKNOWN",
            judged_for=in_a_week, next_session_on=in_a_week)  # fmt: skip
    written(app, cast.alice, "Waits", status=Status.DUE, judged_for=in_a_week,
            next_session_on=in_a_week)  # fmt: skip
    written(app, cast.alice, "Soon", next_stale_on=TODAY + dt.timedelta(days=14))
    written(app, cast.alice, "Later", next_stale_on=TODAY + dt.timedelta(days=15))
    written(app, cast.alice, "Stale", judged_for=TODAY - dt.timedelta(days=1))
    written(app, cast.alice, "Former", ruleset="2026-1 by others")
    written(app, cast.alice, "Unplanned", next_session_on=None, status=Status.DUE)
    written(app, cast.bob, "Foreign")
    assert groups(alice.get("/clearance")) == {
        "Blocks the next session": ["FORMER, Pat", "HOLDS, Pat", "STALE, Pat", "WAITS, Pat"],
        "Runs out before the next session": ["LAPSES, Pat"],
        "Ready, runs out within 14 days": ["SOON, Pat"],
        "Ready": ["LATER, Pat"],
        "Not ready, no session planned": ["UNPLANNED, Pat"],
    }
    answer = alice.get("/clearance?group=ok&status=&cell=nonsense&page=-1")
    assert groups(answer) == {"Ready": ["LATER, Pat"]}


@pytest.mark.one_database
def test_a_birth_date_on_the_board_is_never_broken(alice, ready):
    page = BeautifulSoup(alice.get("/clearance").text, "html.parser")

    born = page.select("th .meta .nowrap")
    assert born and all(re.fullmatch(r"\d\d-\w{3}-\d{4}", one.text) for one in born)


def test_no_number_of_body_size_is_on_the_board(app, alice, ready, cast):
    with app.app_context(), acting_as_job("test data"):
        enter(cast.ann, cast.alice, one("weight_kg", "31.9", "kg"))
        db.session.commit()
        db.session.remove()
    page = alice.get("/clearance").text
    assert "31.9" not in page


def test_judging_those_who_wait_takes_a_round_and_tells_how_many_are_left(
    app, ready, cast, at_noon
):
    treat(app, cast.bob, ("Baker", "Bo"))
    at_noon.move_to(NOON + dt.timedelta(days=3))
    alice = sign_in(app, cast.alice)
    assert "Not judged today" in alice.get("/clearance").text
    answer = alice.post("/clearance/judge", {})
    assert answer.status_code == 303
    page = alice.get("/clearance").text
    assert "3 patients were judged." in page, "Bob's are judged too: nobody's waits for another"
    assert "Not judged today" not in page
    with app.app_context(), acting_as_job("test data"):
        assert anew.judge_some(today=dt.date(2026, 11, 26)).judged == 0


@pytest.mark.one_database
def test_the_board_costs_three_statements_at_a_thousand_patients(app, counting, unjudged):
    with app.app_context():
        filled = fill(1_000, histories=())
        db.session.connection().execute(sa.delete(table_of(Readiness)))
        with acting_as_job("test data"):
            mark = policy.mark().text
            mine = db.session.scalars(
                sa.select(CareTeamMember.patient_id).where(
                    CareTeamMember.user_id == filled.alice, CareTeamMember.until.is_(None)
                )
            ).all()
            shown = cells.Shown("ecg", "stop", "QTc", "510 ms", "", "", "2026-11-20", "", 1, 0)
            rows = [
                {
                    "id": uuid.uuid4(), "version": 1, "patient_id": one_id, "status": Status.HOLD,
                    "outcome": "STOP", "tier": Tier.T0, "ruleset": mark,
                    "judged_for": dt.date(2199, 1, 1), "next_session_on": dt.date(2199, 1, 1),
                    "content": cells.stored([shown]), "is_open": False, "closed_because": "",
                    "changed_at": NOON,
                }
                for one_id in mine
            ]  # fmt: skip
            db.session.connection().execute(sa.insert(table_of(Readiness)), rows)
            db.session.commit()
            db.session.remove()
    assert len(mine) >= 900
    alice = sign_in(app, filled.alice)
    alice.get("/clearance")
    with counting() as sent:
        answer = alice.get("/clearance")
    assert len(sent.texts) <= 4, sent.texts
    assert 'data-print="landscape"' in answer.text, "eleven columns on paper"
    assert f"All {len(mine)}" in answer.text and badge(answer) == str(len(mine))
    assert len(answer.data) < 500_000


def test_the_rules_are_readable_searchable_and_signed(app, alice, cast, at_noon, rows):
    page = alice.get("/clearance/rules").text
    assert "240 rules" in page and "by nobody: it gates nothing" in page
    found = alice.get("/clearance/rules?q=qtc+zzz&domain=ECG").text
    assert "No rule holds all these words" in found
    found = alice.get("/clearance/rules?q=QTC").text
    assert "No rule" not in found and "240 rules" not in found
    alice.get("/clearance/rules?q=%00" + "<b>" * 900)

    refused = alice.fill_in("/clearance/rules/sign", {})
    assert refused.status_code == 422 and "Tick the box" in refused.text
    refused = alice.fill_in("/clearance/rules/sign", {"has_read": "y", "digest": "others"})
    assert refused.status_code == 422 and "others than you read" in refused.text
    assert rows("SELECT count(*) FROM rule_set_signing")[0][0] == 0
    signed = alice.fill_in("/clearance/rules/sign", {"has_read": "y"})
    assert signed.status_code == 303
    page = alice.get("/clearance/rules").text
    assert "The rules are signed. 2 patients were judged anew." in page
    assert "Alice Adler" in page and "No physician has signed" not in alice.get("/clearance").text


def test_days_are_changed_only_after_their_effect_was_seen(app, alice, ready, cast, rows):
    path = "/clearance/rules/days/chem/T0"
    assert alice.get("/clearance/rules/days/care/T0").status_code == 404, "it has no days"
    assert alice.get("/clearance/rules/days/chem/T3").status_code == 404
    assert alice.get("/clearance/rules/days/rx_day/T0").status_code == 404, "the law's own day"
    assert alice.get("/clearance/rules/days/nothing/T0").status_code == 404
    for bad in ("", "-1", "3651", "sNaN", "3_0", "٣"):
        assert alice.fill_in(path, {"days": bad, "reason": "Why"}).status_code == 422, bad
    assert alice.fill_in(path, {"days": "90", "reason": "Why"}).status_code == 422, "as it is"
    assert alice.fill_in(path, {"days": "2", "reason": ""}).status_code == 422

    seen = alice.fill_in(path, {"days": "2", "reason": "A trial of two days"})
    assert seen.status_code == 200
    assert "Would change 1 readiness state" in seen.text and "of 1 patient you treat" in seen.text
    assert "Change to 2 days" in seen.text and not rows("SELECT * FROM validity_change")

    other = alice.fill_in(path, {"days": "1", "reason": "A trial", "previewed": "2"})
    assert other.status_code == 200 and not rows("SELECT * FROM validity_change")
    assert "Change to 1 day<" in other.text
    done = alice.fill_in(path, {"days": "2", "reason": "A trial <b>", "previewed": "2"})
    assert done.status_code == 303
    page = alice.get("/clearance/rules/days").text
    assert "90 → 2" in page and "A trial &lt;b&gt;" in page and "shipped with 90" in page
    assert groups(alice.get("/clearance")) == {"Runs out before the next session": ["ABEL, Ann"]}
