"""Which windows were used, read from the database: doses, visits and appointments.

A window belongs to a dose not entered in error. Contacts are integration visits and the care
team's appointments, held or booked; one missed, cancelled or entered in error is none.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

import sqlalchemy as sa

from dashboard.accounts.models import User
from dashboard.clinical.windows import Contact, ContactKind, Hours, Uses, used, windows_of
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import CareTeamMember
from dashboard.plans import hours as plan_hours
from dashboard.sessions.models import Dose
from dashboard.visits.models import Visit, VisitKind
from dashboard.windows.models import Appointment, AppointmentState

VISITS_THAT_COUNT: Mapping[VisitKind, ContactKind] = {
    VisitKind.INTEGRATION: ContactKind.INTEGRATION
}
COUNTED = (AppointmentState.BOOKED, AppointmentState.HELD)
Whose: TypeAlias = "Collection[uuid.UUID] | sa.Select[uuid.UUID]"
ByPatient: TypeAlias = Mapping[uuid.UUID, Sequence[Contact]]


def hours_of_each(patient_ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, Hours]:
    """Return from when to when the windows of each patient are open."""
    return plan_hours.of_each(list(patient_ids))


def hours_of(patient_id: uuid.UUID) -> Hours:
    """Return from when to when after a dose a patient's windows are open."""
    return hours_of_each([patient_id])[patient_id]


def contacts(patient_id: uuid.UUID) -> tuple[Contact, ...]:
    """Return a patient's contacts that use a window, or are booked to, in order of time."""
    return tuple(contacts_of([patient_id]).get(patient_id, ()))


def uses(patient_id: uuid.UUID, *, at: dt.datetime | None = None) -> Uses:
    """Return all windows of a patient with their contacts, as they stand at a moment (now)."""
    given = doses_of([patient_id]).get(patient_id, ())
    return of_doses(given, contacts(patient_id), hours=hours_of(patient_id), at=at or now())


def of_practice(user_id: uuid.UUID, *, at: dt.datetime | None = None) -> Mapping[uuid.UUID, Uses]:
    """Return the windows of every patient with a dose whom a physician treats: four statements."""
    whose = treated_by(user_id)
    doses, known = doses_of(whose), contacts_of(whose)
    hours = hours_of_each(doses)
    return {
        key: of_doses(given, known.get(key, ()), hours=hours[key], at=at or now())
        for key, given in doses.items()
    }


def of_doses(
    given: Iterable[dt.datetime], known: Iterable[Contact], *, hours: Hours, at: dt.datetime
) -> Uses:
    """Return the windows of doses given at these moments, with the contacts that lie in them."""
    return used(windows_of(given, hours=hours), contacts=known, now=at)


def treated_by(user_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    """Return the keys of the patients whom a physician treats, to ask for all of them at once."""
    return sa.select(CareTeamMember.patient_id).where(
        CareTeamMember.user_id == user_id, CareTeamMember.until.is_(None)
    )


def doses_of(whose: Whose) -> Mapping[uuid.UUID, Sequence[dt.datetime]]:
    """Return patient -> when doses were given, oldest first, in one statement."""
    rows = db.session.execute(
        sa.select(Dose.patient_id, Dose.given_at)
        .where(Dose.patient_id.in_(whose), Dose.entered_in_error_at.is_(None))
        .order_by(Dose.given_at, Dose.id)
    )
    found: dict[uuid.UUID, list[dt.datetime]] = defaultdict(list)
    for patient_id, given_at in rows:
        found[patient_id].append(given_at)
    return found


def contacts_of(whose: Whose, *, since: dt.datetime | None = None) -> ByPatient:
    """Return patient -> contacts in order of time, from a moment on if given: two statements."""
    found: dict[uuid.UUID, list[Contact]] = defaultdict(list)
    for patient_id, contact in (*_visits(whose, since), *_appointments(whose, since)):
        found[patient_id].append(contact)
    return {key: sorted(mine, key=lambda one: one.at) for key, mine in found.items()}


def _visits(whose: Whose, since: dt.datetime | None) -> Iterable[tuple[uuid.UUID, Contact]]:
    query = (
        sa.select(Visit.patient_id, Visit.kind, Visit.began_at, User.name)
        .join(User, User.id == Visit.author_id)
        .where(
            Visit.patient_id.in_(whose),
            Visit.kind.in_(VISITS_THAT_COUNT),
            Visit.entered_in_error_at.is_(None),
        )
    )
    for row in db.session.execute(query.where(Visit.began_at >= since) if since else query):
        kind = VISITS_THAT_COUNT[row.kind]
        yield row.patient_id, Contact(kind, row.began_at, is_booked=False, by=row.name)


def _appointments(whose: Whose, since: dt.datetime | None) -> Iterable[tuple[uuid.UUID, Contact]]:
    query = sa.select(
        Appointment.patient_id, Appointment.kind, Appointment.starts_at, Appointment.state,
        Appointment.with_whom,
    ).where(
        Appointment.patient_id.in_(whose), Appointment.state.in_(COUNTED),
        Appointment.entered_in_error_at.is_(None),
    )  # fmt: skip
    for row in db.session.execute(query.where(Appointment.starts_at >= since) if since else query):
        is_booked = row.state is AppointmentState.BOOKED
        yield row.patient_id, Contact(row.kind, row.starts_at, is_booked, row.with_whom)
