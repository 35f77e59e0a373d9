"""Alice drafts, signs, activates, holds, resumes and stops Ann's plan on its pages."""

import datetime as dt
import itertools
import re

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans.models import PlanStep
from tests.clearance.stable import enter, everything, one, sign

PLAN = {
    "indication": "Binge-eating disorder; ketamine is off label.",
    "formulation": "Restriction by day, binges at night.",
    "goals-0-words": "Eat dinner with my sister again", "goals-0-target": "2",
    "goals-0-by_on": "31-Mar-2027", "goals-0-owner": "Alice Adler",
    "goals-1-words": "Think of food less", "goals-1-target": "10",
    "goals-1-by_on": "31-Mar-2027", "goals-1-owner": "Alice Adler",
    "goals-2-out": "y", "goals-primary": "1",
    "series-route": "SL", "series-formulation": "troche, 30 mg", "series-pharmacy": "Garden",
    "series-dose_mg": "60", "series-lowest_mg": "30", "series-highest_mg": "90",
    "series-hold_minutes": "10", "series-sessions": "6", "series-min_interval_hours": "72",
    "series-cadence": "every 7 to 10 days", "series-endpoint_measure": "edeqs/total",
    "series-endpoint_target": "10", "series-end_on": "31-Mar-2027",
    "preparation": "Two visits.", "psychotherapy": "CBT-E weekly with Dana Lind.",
    "integration": "The day after.", "nutrition": "Dietitian fortnightly.",
    "session_day_meals": "Breakfast at 7, snack at 10.", "window_contact": "Dana Lind",
    "roles-0-role": "Therapist", "roles-0-name": "Dana Lind", "roles-0-does": "CBT-E",
}  # fmt: skip


@pytest.fixture
def base(stable, cast):
    """The address of Ann's plan; everything a clearance asks is on record."""
    return f"/patients/{cast.ann_ref}/plan"


@pytest.fixture
def ask(app):
    """Read from the database outside of any page."""

    def asked(read):
        with app.app_context(), acting_as_job("test"):
            return read()

    return asked


@pytest.fixture
def check(app, cast, clock):
    """Enter everything anew and sign a check: what was answered before a plan is too old."""

    def checked():
        with app.app_context(), acting_as_job("test data"):
            today = (dt.datetime.now(dt.UTC) - dt.timedelta(hours=5)).date()
            enter(cast.ann, cast.alice, everything(today))
            db.session.commit()
            clock.shift(dt.timedelta(minutes=1))
            sign(db.session.get_one(Patient, cast.ann), cast)
            clock.shift(dt.timedelta(minutes=1))

    return checked


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def drafted(alice, base, **changes):
    """Begin a draft from the template of the diagnosis, fill it in, and return its address."""
    begun = alice.post(f"{base}/new", {**alice.fields(base), "start": "bed"})
    assert begun.status_code == 303, begun.text
    saved = alice.fill_in(begun.location, {**PLAN, **changes})
    assert saved.status_code == 303, text(saved)
    return saved.location


def put_into_force(alice, base, check, **changes):
    """Draft, sign, check and activate a plan by its pages; return its address."""
    at = drafted(alice, base, **changes)
    levels = [int(n) for n in re.findall(r"<h([1-6])", alice.get(f"{at}/sign").text)]
    assert 2 in levels and all(b <= a + 1 for a, b in itertools.pairwise(levels))
    assert alice.fill_in(f"{at}/sign", {}).status_code == 303
    check()
    assert alice.fill_in(f"{at}/activate", {}).status_code == 303
    return at


def steps():
    rows = db.session.scalars(sa.select(PlanStep).order_by(PlanStep.at, PlanStep.id))
    return [(s.act, s.cause, s.reason, s.by_name) for s in rows]


def test_a_plan_goes_through_its_course_on_its_pages(alice, base, ask, check, cast, record, clock):
    first = alice.get(base)
    assert "Binge-eating disorder, fits the diagnosis" in first.text
    at = drafted(alice, base)
    assert "Draft since" in text(alice.get(base))
    assert alice.fill_in(f"{at}/sign", {}).status_code == 303
    shown = text(alice.get(base))
    assert "Signed, not active" in shown and "Before it can be activated" in shown

    closed = alice.fill_in(f"{at}/activate", {"reason": "She is ready."})
    assert closed.status_code == 409 and "The clearance does not allow this" in closed.text
    assert "She is ready." in closed.text and "out of date" in closed.text
    check()
    assert alice.fill_in(f"{at}/activate", {"reason": "She is ready."}).status_code == 303

    page = text(alice.get(base))
    assert "Active since" in page and "60 mg, fixed" in page and "0 of 6 given" in page
    assert "mg/kg" not in page.replace("By weight (mg/kg)", "") and "hidden" in page
    shown = alice.post(f"{at}/weights", {})
    once, again = text(alice.get(shown.location)), text(alice.get(shown.location))
    assert "mg/kg on" in once and "an estimate by route" in once and "mg/kg on" not in again

    clock.shift(dt.timedelta(minutes=5))
    held = alice.fill_in(f"{at}/hold", {"cause": "team concern", "reason": "Dana: more purging."})
    assert held.status_code == 303
    page = text(alice.get(base))
    assert "What holds this plan" in page and "Dana: more purging." in page
    assert "Nothing stands in the way now" in page
    silent = alice.fill_in(f"{at}/resume", {})
    assert silent.status_code == 422 and "Say what has changed since it was held." in silent.text
    clock.shift(dt.timedelta(minutes=5))
    assert alice.fill_in(f"{at}/resume", {"reason": "None since Monday."}).status_code == 303
    clock.shift(dt.timedelta(minutes=5))
    record(one("K", "2.8", "mmol/L"))
    page = text(alice.get(base))
    assert "By rule" in page and "Casement" in page and "Clearance closed." in page
    shut = alice.fill_in(f"{at}/resume", {"reason": "It was haemolysed."})
    assert shut.status_code == 409 and "It was haemolysed." in shut.text
    clock.shift(dt.timedelta(minutes=5))
    ended = {"cause": "patient's wish", "reason": "She wants to stop."}
    assert alice.fill_in(f"{at}/stop", ended).status_code == 303
    found = ask(steps)
    assert [(act, cause) for act, cause, _, _ in found] == [
        ("sign", ""), ("activate", ""), ("hold", "team concern"), ("resume", ""),
        ("hold", "by rule"), ("stop", "patient's wish"),
    ]  # fmt: skip
    assert [by for *_, by in found] == ["Alice Adler"] * 4 + ["Casement", "Alice Adler"]
    history = text(alice.get(at))
    for words in ("She is ready.", "None since Monday.", "clearance check", "She wants to stop."):
        assert words in history
