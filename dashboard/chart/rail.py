"""The right rail of the overview: what is to do, plan, last session, last visit, who treats.

Where no plan was written and no session held, the boxes are built from doses and planned sessions.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import url_for

from dashboard import formats
from dashboard.accounts.models import User
from dashboard.alerts.views import AlertView
from dashboard.chart.course import NOT_SAID, amount, amount_words
from dashboard.chart.happened import Happened, Row, What
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.banner import Flag
from dashboard.patients.models import CareTeamMember, Patient
from dashboard.plans import summary as plan_summary
from dashboard.sessions import summary as session_summary
from dashboard.tasks.views import TaskView
from dashboard.visits.actions import Marker
from dashboard.visits.models import Visit, VisitKind

LONGEST = 160  # characters of an assessment or plan; the rest is a click away
OPEN_NOTES = 5
OPEN_TASKS = 5


@dataclass(frozen=True)
class LastVisit:
    """The newest visit in a few lines."""

    ref: str
    kind: str
    when: str
    by: str
    state: Flag
    assessment: str
    plan: str


@dataclass(frozen=True)
class Task:
    """Something to do, with the page that does it."""

    kind: str
    icon: str
    words: str
    note: str
    endpoint: str
    ref: str


@dataclass(frozen=True)
class Member:
    """A physician on the care team."""

    name: str
    since: str


@dataclass(frozen=True)
class Detail:
    """One line about the patient."""

    term: str
    value: str


@dataclass(frozen=True)
class Box:
    """One box of the rail: its title, a few facts, and the page that tells the rest."""

    key: str
    title: str
    note: str
    facts: tuple[Detail, ...]
    label: str
    href: str


def plan(patient: Patient, course: Happened) -> Box | None:
    """Return the box of the plan; of the planned sessions where no plan was written."""
    found = plan_summary.of(patient.id)
    if found is None:
        return _of_sessions(patient, course)
    facts = (
        Detail("Dose", found.dose), Detail("Cadence", found.cadence),
        Detail("Sessions", found.sessions), _next(course), Detail("Target", found.target),
        Detail("Stop rules", found.stop),
    )  # fmt: skip
    href = url_for("plans.show", patient_ref=patient.ref, plan_ref=found.ref)
    note = f"version {found.number}, {found.state.word}"
    return Box("plan", "Plan", note, facts, "Open", href)


def last_session(patient: Patient, course: Happened) -> Box | None:
    """Return the box of the last session; of the dose where no session was held on these pages."""
    found, given = session_summary.last(patient.id), course.of(What.DOSE)
    if found is None or (given and given[-1].at > found.at):
        return _of_dose(patient, course)
    facts = (
        Detail("Pressure", found.pressures), Detail("Effect", found.effect),
        Detail("Adverse events", found.adverse), Detail("Left", found.discharged),
    )  # fmt: skip
    href = url_for("sessions.show", patient_ref=patient.ref, session_ref=found.ref)
    return Box("session", "Last session", f"no. {found.number}, {found.when}", facts, "Open", href)


def _next(course: Happened) -> Detail:
    following = course.next_session
    if following is None:
        return Detail("Next", "no session is planned")
    passed = following.at < now()
    return Detail("Was planned" if passed else "Next", formats.moment(following.at))


def _of_sessions(patient: Patient, course: Happened) -> Box | None:
    following, given = course.next_session, course.of(What.DOSE)
    if following is None and not given:
        return None
    facts = [Detail("Given", f"{len(given)} dose{'' if len(given) == 1 else 's'}")]
    facts.append(_next(course))
    if following is not None:
        facts.append(Detail("Dose", amount_words(following)))
    href = url_for("sessions.index", patient_ref=patient.ref)
    return Box("plan", "Plan", "as sessions are planned", tuple(facts), "Open", href)


def _of_dose(patient: Patient, course: Happened) -> Box | None:
    given = course.of(What.DOSE)
    if not given:
        return None
    last = given[-1]
    facts = [Detail("Dose", "not recorded" if last.amount is None else f"{amount(last.amount)} mg")]
    if last.words != NOT_SAID:
        facts.append(Detail("Route", last.words))
    if len(given) > 1:
        days = (last.at - given[-2].at).days
        facts.append(Detail("After the one before", f"{days} day{'' if days == 1 else 's'}"))
    href = url_for("sessions.index", patient_ref=patient.ref)
    note = f"no. {len(given)}, {formats.moment(last.at)}"
    return Box("session", "Last session", note, tuple(facts), "Open", href)


def visits_of(course: Happened) -> tuple[Marker, ...]:
    """Return the visits of a course as the list of things to do reads them."""
    return tuple(_visit(row) for row in course.of(What.VISIT))


def _visit(row: Row) -> Marker:
    return Marker(row.at, VisitKind(row.words), row.ref, bool(row.state))


def last_visit(patient_id: uuid.UUID) -> LastVisit | None:
    """Return the newest visit that was not entered in error."""
    row = db.session.execute(
        sa.select(
            Visit.ref, Visit.kind, Visit.began_at, User.name, Visit.signed_at,
            Visit.assessment, Visit.plan,
        )
        .join(User, User.id == Visit.responsible_id)
        .where(
            Visit.patient_id == patient_id,
            Visit.entered_in_error_at.is_(None),
            Visit.began_at <= now() + dt.timedelta(days=1),
        )
        .order_by(Visit.began_at.desc(), Visit.id.desc())
        .limit(1)
    ).first()  # fmt: skip
    if row is None:
        return None
    state = Flag("none", "Signed") if row.signed_at else Flag("due", "Not signed")
    return LastVisit(
        row.ref, row.kind.value.capitalize(), formats.moment(row.began_at), row.name, state,
        shortened(row.assessment), shortened(row.plan),
    )  # fmt: skip


def to_do(
    alerts: Sequence[AlertView], visits: Sequence[Marker], tasks: Sequence[TaskView]
) -> tuple[Task, ...]:
    """Return alerts to take or close first, then tasks by their day, then notes to sign."""
    waiting = [_alert_task(one) for one in alerts]
    waiting += [
        Task(
            "stop" if one.due.kind == "stop" else "due", "due", one.words,
            f"{one.due.word}, {one.owner}", "patient_tasks.show", one.ref,
        )
        for one in tasks[:OPEN_TASKS]
    ]  # fmt: skip
    if len(tasks) > OPEN_TASKS:
        more = f"{len(tasks) - OPEN_TASKS} more tasks"
        waiting.append(Task("due", "due", more, "see all tasks", "patient_tasks.index", ""))
    unsigned = [one for one in visits if not one.is_signed]
    notes = [
        Task(
            "due", "pen", f"Sign {one.kind.value} note", formats.day(one.began_at),
            "visits.show", one.ref,
        )
        for one in unsigned[:OPEN_NOTES]
    ]  # fmt: skip
    if len(unsigned) > OPEN_NOTES:
        more = f"{len(unsigned) - OPEN_NOTES} more notes to sign"
        notes.append(Task("due", "pen", more, "see all visits", "visits.index", ""))
    return (*waiting, *notes)


def _alert_task(one: AlertView) -> Task:
    kind = "stop" if one.is_danger and one.is_open else "due"
    note = f"{one.heading}, {one.taken}"
    if not one.is_open:
        return Task(kind, kind, "Close the alert", note, "patient_alerts.close", one.ref)
    words = "Ask what was left blank" if one.is_blank else "Take the alert"
    return Task(kind, kind, words, note, "patient_alerts.take", one.ref)


def care_team(patient_id: uuid.UUID) -> tuple[Member, ...]:
    """Return the physicians who treat the patient now."""
    rows = db.session.execute(
        sa.select(User.name, CareTeamMember.since)
        .join(User, User.id == CareTeamMember.user_id)
        .where(CareTeamMember.patient_id == patient_id, CareTeamMember.until.is_(None))
        .order_by(CareTeamMember.since, User.name)
    )
    return tuple(Member(name, formats.day(since)) for name, since in rows)


def details(patient: Patient) -> tuple[Detail, ...]:
    """Return how the patient is reached; what is not known is left to the details page."""
    where = ", ".join(part for part in (patient.city, patient.state) if part)
    contact = " ".join(
        part
        for part in (
            patient.emergency_name,
            f"({patient.emergency_relation})" if patient.emergency_relation else "",
            patient.emergency_telephone,
        )
        if part
    )
    found = (
        ("Telephone", patient.telephone),
        ("E-mail", patient.email),
        ("Lives in", where),
        ("Emergency contact", contact),
    )
    return tuple(Detail(term, value) for term, value in found if value)


def shortened(text: str) -> str:
    """Return the beginning of a text, cut between words."""
    even = " ".join(text.split())
    return even if len(even) <= LONGEST else f"{even[:LONGEST].rsplit(' ', 1)[0]} …"
