"""The windows of all patients one treats that are open now or open within a week.

Windows after doses given, and those after planned sessions if they go ahead. The number of
statements is the same for one patient and for a practice.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.clinical.windows import LONGEST_HOURS, WindowUse, used
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions.models import UPCOMING, Dose, TreatmentSession
from dashboard.windows import asking, using
from dashboard.windows.reading import Start

AHEAD = dt.timedelta(days=7)
LONGEST = dt.timedelta(hours=LONGEST_HOURS)


class Who(NamedTuple):
    """Whose window it is."""

    id: uuid.UUID
    ref: str
    family_name: str
    given_name: str
    born_on: dt.date


@dataclass(frozen=True)
class Opening:
    """One window that is open or opens soon; `asked` says who was written to, if anybody was."""

    patient_ref: str
    patient: str
    born_on: dt.date
    start: Start
    use: WindowUse
    asked: str

    @property
    def lacks_contact(self) -> bool:
        """Whether no contact was held inside it and none is booked."""
        return self.use.lacks_booking


def openings(user_id: uuid.UUID, *, at: dt.datetime) -> Sequence[Opening]:
    """Return the windows of the week by when they open; those without a contact are not apart."""
    whose = using.treated_by(user_id)
    starts = list(_starts(whose, at=at))
    hours = using.hours_of_each({patient.id for patient, _ in starts})
    contacts = using.contacts_of(whose, since=at - LONGEST)
    waiting = asking.waiting(whose)
    found = []
    for patient, start in starts:
        window = hours[patient.id].after(start.at)
        if window.closes_at < at or window.opens_at > at + AHEAD:
            continue
        use = used([window], contacts=contacts.get(patient.id, ()), now=at).each[0]
        task = waiting.get((patient.id, asking.key(start.at)))
        name = f"{patient.family_name.upper()}, {patient.given_name}"
        found.append(
            Opening(patient.ref, name, patient.born_on, start, use, task.words if task else "")
        )
    return sorted(found, key=lambda one: (one.use.window.opens_at, one.patient, one.start.ref))


def _starts(whose: sa.Select[uuid.UUID], *, at: dt.datetime) -> Iterator[tuple[Who, Start]]:
    """Return the doses whose window may still be open, then the sessions of the week."""
    who = (Patient.id, Patient.ref, Patient.family_name, Patient.given_name, Patient.born_on)
    doses = (
        sa.select(*who, Dose.ref, Dose.given_at, Dose.dose_mg)
        .join(Patient, Patient.id == Dose.patient_id)
        .where(
            Dose.patient_id.in_(whose), Dose.entered_in_error_at.is_(None),
            Dose.given_at >= at - LONGEST,
        )
    )  # fmt: skip
    sessions = (
        sa.select(*who, TreatmentSession.ref, TreatmentSession.planned_at, TreatmentSession.dose_mg)
        .join(Patient, Patient.id == TreatmentSession.patient_id)
        .where(
            TreatmentSession.patient_id.in_(whose),
            TreatmentSession.state.in_(UPCOMING),
            TreatmentSession.planned_at.between(at, at + AHEAD),
        )
    )
    for query, is_planned in ((doses, False), (sessions, True)):
        for row in db.session.execute(query):
            yield Who(*row[:5]), Start(*row[5:], is_planned=is_planned)
