"""Which rows of the trail are asked for: person, patient, action, and a span of time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import ValidationError

from dashboard import fields, formats
from dashboard.accounts.models import User
from dashboard.activity import words
from dashboard.actor import seeing_every_patient
from dashboard.db import db
from dashboard.patients.models import Patient

START, END = dt.time(0, 0), dt.time(23, 59)


@dataclass(frozen=True)
class Asked:
    """A slice of the trail."""

    actor_id: uuid.UUID | None = None
    patient_id: uuid.UUID | None = None
    action: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class FilterForm(Form):
    """The filter above the list; its fields travel in the address."""

    person = SelectField("Person", validate_choice=False, default="")
    patient = fields.TextField("Patient id", longest=40)
    action = SelectField("Action", validate_choice=False, default="")
    from_day = fields.DayField("From day")
    from_time = fields.ClockField("From time")
    to_day = fields.DayField("To day")
    to_time = fields.ClockField("To time")
    patient_key: uuid.UUID | None = None
    known_people: frozenset[str] = frozenset()

    def validate_patient(self, field: fields.TextField) -> None:
        """Find the patient by public id or key; the name stays with the physicians."""
        if field.data:
            self.patient_key = _patient(field.data)

    def validate_action(self, field: SelectField) -> None:
        """Refuse an action that the trail does not know."""
        if field.data and field.data not in words.ACTIONS:
            raise ValidationError("Choose an action of the list.")

    def validate_person(self, field: SelectField) -> None:
        """Refuse a person who has no account."""
        if field.data and field.data not in self.known_people:
            raise ValidationError("Choose a person of the list.")

    def validate_to_day(self, field: fields.DayField) -> None:
        """Refuse a span that ends before it begins."""
        if field.data and self.from_day.data and field.data < self.from_day.data:
            raise ValidationError("The last day lies before the first. Change one of them.")

    def validate_from_time(self, field: fields.ClockField) -> None:
        """Refuse a time without its day."""
        if field.data and not self.from_day.data:
            raise ValidationError("Enter the day this time belongs to.")

    def validate_to_time(self, field: fields.ClockField) -> None:
        """Refuse a time without its day."""
        if field.data and not self.to_day.data:
            raise ValidationError("Enter the day this time belongs to.")


def read(arguments: MultiDict[str, str]) -> tuple[FilterForm, Asked]:
    """Read the filter from an address; a wrong field is told at the field and asks for nothing."""
    form = FilterForm(arguments)
    people = list(db.session.execute(sa.select(User.id, User.ref, User.name).order_by(User.name)))
    form.person.choices = _choices("Everybody", ((p.ref, p.name) for p in people))
    form.known_people = frozenset(p.ref for p in people)
    form.action.choices = _choices("Every action", words.ACTIONS.items())
    if not form.validate():
        return form, Asked()
    return form, Asked(
        actor_id=next((p.id for p in people if p.ref == form.person.data), None),
        patient_id=form.patient_key,
        action=form.action.data or "",
        since=_moment(form.from_day.data, form.from_time.data or START),
        until=_end(form.to_day.data, form.to_time.data or END),
    )


def _choices(every: str, pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", every), *(SelectChoice(value, label) for value, label in pairs)]


def _end(day: dt.date | None, time: dt.time) -> dt.datetime | None:
    """Return the end of the minute that is meant to be the last."""
    at = _moment(day, time)
    return at + dt.timedelta(minutes=1) if at else None


def _moment(day: dt.date | None, time: dt.time) -> dt.datetime | None:
    return dt.datetime.combine(day, time, formats.zone()) if day else None


def _patient(text: str) -> uuid.UUID:
    with seeing_every_patient():
        found = db.session.scalar(sa.select(Patient.id).where(Patient.ref == text.lower()))
    try:
        return found or uuid.UUID(text)
    except ValueError:
        raise ValidationError("Paste the patient's id as it stands in a chart's address.") from None
