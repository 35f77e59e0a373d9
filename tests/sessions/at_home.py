"""Ann's session at home, answered as it should be, for tests to take away from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from dashboard.clinical.home_session import session_rules, typed_reading
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions import answering, measuring, planning, running
from dashboard.sessions.answering import Given
from dashboard.sessions.models import Dose, Part, Route, Setting, TreatmentSession
from dashboard.sessions.steps import By
from tests.cast import Cast
from tests.clearance.stable import ZONE, enter, one

DOSE = Decimal(60)
BESIDE = (  # what the session asks of the chart and not of the patient
    ("therapist_and_integration_visit_booked_24_72h", "yes", ""),
    ("hours_since_last_dose", "96", "h"),
)
WORDS = {
    "sitter_name": "Rosa Marin", "sitter_phone": "+1 555 0100", "address": "12 Elm Street",
    "location_state": "FL", "saturation": "98", "hours_since_food": "3",
    "minutes_since_fluids": "45", "suicidal_ideation": "0", "spit_or_swallow": "spit",
    "hold_minutes": "10",
}  # fmt: skip
PRESSURES = {"first_pressure": "118/74", "second_pressure": "116/72"}


def alice(cast: Cast) -> By:
    """Return Alice as she acts in a session."""
    return By(cast.alice, "Alice Adler")


def good() -> dict[str, str]:
    """Return the good answer to every question of the pre-flight that a person answers."""
    said = {one.id: "yes" if one.good else "no" for one in session_rules().points.values()
            if not one.is_computed}  # fmt: skip
    return {**said, **WORDS, **PRESSURES}


def planned(ann: Patient, cast: Cast, *, at: dt.datetime) -> TreatmentSession:
    """Plan a session of Ann's at home in Florida, in the database's session."""
    return planning.plan(
        ann.id, planned_at=at, zone=ZONE, dose_mg=DOSE, route=Route.SUBLINGUAL,
        dose_is_by_weight=False, setting=Setting.HOME, location_state="FL", by=cast.alice,
    )  # fmt: skip


def answer(session: TreatmentSession, cast: Cast, answers: dict[str, str]) -> None:
    """Answer questions of the pre-flight: the first pressure 12 minutes ago, the rest 5."""
    for minutes, keys in ((12, {"first_pressure"}), (5, answers.keys() - {"first_pressure"})):
        given = [Given(key, value) for key, value in answers.items() if key in keys]
        answering.record(
            session, Part.PREFLIGHT, given, by=alice(cast),
            answered_at=now() - dt.timedelta(minutes=minutes), is_asked_again=True,
        )  # fmt: skip


def prepare(session: TreatmentSession, cast: Cast, answers: dict[str, str]) -> None:
    """Answer questions of the pre-flight, and enter what the session asks of the chart."""
    answer(session, cast, answers)
    for kind, value, unit in BESIDE:
        enter(session.patient_id, cast.alice, one(kind, value, unit, taken_at=now()))


def ready(session: TreatmentSession, cast: Cast) -> TreatmentSession:
    """Begin the pre-flight of a session and answer all of it; committed."""
    running.begin_preflight(session, by=alice(cast))
    prepare(session, cast, good())
    db.session.commit()
    return session


def start(ann: Patient, session: TreatmentSession, cast: Cast, *, reason: str = "") -> Dose:
    """Start a session with the planned dose now, in the database's session."""
    return running.start(
        ann, session, dose_mg=DOSE, route=Route.SUBLINGUAL, given_at=now(), by=alice(cast),
        zone=ZONE, reason=reason,
    )  # fmt: skip


def read(session: TreatmentSession, cast: Cast, *, minute: int | None) -> None:
    """Record a reading taken now, of a slot of the schedule or between."""
    typed = "118/74 64 98"
    measuring.record(
        session,
        typed_reading(typed, at=now(), zone=ZoneInfo(ZONE)),
        typed=typed,
        minute=minute,
        by=alice(cast),
    )


def answer_release(session: TreatmentSession, cast: Cast) -> None:
    """Say of every criterion of the release that it holds."""
    criteria = session_rules().release.criteria
    answering.record(
        session, Part.RELEASE, [Given(one.id, "yes") for one in criteria], by=alice(cast),
        answered_at=now(),
    )  # fmt: skip
