"""The form a visit's note is written in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, Field, SubmitField
from wtforms.validators import StopValidation

from dashboard import formats
from dashboard.clinical.quantities import Unit
from dashboard.clock import now
from dashboard.fields import (
    ClockField,
    DayField,
    LongTextField,
    Required,
    TextField,
    TimeIsDoubled,
    TimeIsSkipped,
    instant,
)
from dashboard.forms import PageForm
from dashboard.visits import vitals
from dashboard.visits.choosing import OneOfFew, SelectField, named
from dashboard.visits.models import Posture, VisitKind, VitalKey
from dashboard.visits.note import TEXTS, Note
from dashboard.visits.vitals import Mistyped, Vital

AHEAD = dt.timedelta(days=1)
FIRST, SECOND = "first", "second"
PLAIN = {
    "heart_rate": (VitalKey.HEART_RATE, Unit.PER_MINUTE),
    "spo2": (VitalKey.SPO2, Unit.PERCENT),
    "respiratory_rate": (VitalKey.RESPIRATORY_RATE, Unit.PER_MINUTE),
}
WITH_UNIT = {
    "temperature": VitalKey.TEMPERATURE,
    "weight": VitalKey.WEIGHT,
    "height": VitalKey.HEIGHT,
}


class NeededToSign:
    """The text may be missing in a draft note, not in one that is to be signed."""

    field_flags = {"required": True}  # noqa: RUF012 - the form library reads it from the class

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: VisitForm, field: Field) -> None:
        """Stop at an empty text unless only a draft is saved."""
        if not form.save_draft.data and not field.data and not field.errors:
            raise StopValidation(self.message)


class VisitForm(PageForm):
    """A visit's note. `concern` says whose and where before it is read."""

    kind = OneOfFew(
        "Kind of visit", message="Choose the kind of visit.", choices=named(VisitKind),
        default=VisitKind.FOLLOW_UP.value,
    )  # fmt: skip
    seen_on = DayField("Date", [Required("Enter the date of the visit.")])
    seen_time = ClockField("Time", [Required("Enter the time the visit began.")])
    zone_name = OneOfFew("Time zone", message="Choose the time zone of this time.")
    which = OneOfFew("Which of the two?", message="Choose which one is meant.", is_asked=False)
    subjective = LongTextField("Subjective")
    objective = LongTextField("Objective")
    assessment = LongTextField(
        "Assessment", [NeededToSign("Write the assessment before you sign.")]
    )
    plan = LongTextField("Plan", [NeededToSign("Write the plan before you sign.")])
    blood_pressure = TextField("Blood pressure", longest=20)
    posture = SelectField("Position", choices=named(Posture), default=Posture.NOT_SAID.value)
    heart_rate = TextField("Heart rate", longest=20)
    spo2 = TextField("SpO2", longest=20)
    respiratory_rate = TextField("Respirations", longest=20)
    temperature = TextField("Temperature", longest=20)
    temperature_unit = SelectField(
        "Temperature unit", choices=named((Unit.FAHRENHEIT, Unit.CELSIUS))
    )
    weight = TextField("Weight", longest=20)
    weight_unit = SelectField("Weight unit", choices=named((Unit.POUND, Unit.KILOGRAM)))
    remove_weight = BooleanField("Remove the recorded weight")
    height = TextField("Height", longest=20)
    height_unit = SelectField("Height unit", choices=named((Unit.INCH, Unit.CENTIMETRE)))
    save_draft = SubmitField("Save draft note")

    born_on: dt.date
    began_at: dt.datetime
    asks_which = False
    measured: tuple[Vital, ...] = ()

    def concern(self, *, born_on: dt.date, zones: Mapping[str, str]) -> None:
        """Say whose birth date limits the visit's, and which zones (name, label) are offered."""
        self.born_on, self.began_at = born_on, now()
        self.zone_name.offer(zones.items())
        if self.zone_name.data is None and not self.is_submitted():
            self.zone_name.data = next(iter(zones))
        self.which.offer(((FIRST, "The first time"), (SECOND, "The second time")))

    def begin_now(self) -> None:
        """Offer the present moment, in the zone that comes first; typing starts with the note."""
        here = now().astimezone(ZoneInfo(self.zone_name.data))
        self.seen_on.data, self.seen_time.data = here.date(), here.time().replace(fold=0)
        self.subjective.render_kw = {"data-begin": True}  # static/js/errors.js

    def show(self, note: Note) -> None:
        """Fill the form with a stored note; the weight stays out of the page."""
        local = note.began_at.astimezone(ZoneInfo(note.zone_name))
        self.kind.data, self.zone_name.data = note.kind.value, note.zone_name
        self.seen_on.data, self.seen_time.data = local.date(), local.time().replace(fold=0)
        self._ask_which(note.zone_name)
        self.which.data = SECOND if local.fold else FIRST
        for name in TEXTS:
            self[name].data = getattr(note, name)
        self._show_vitals({vital.key: vital for vital in note.vitals})

    def note(self, *, kept: Sequence[Vital] = ()) -> Note:
        """Return what was written; `kept` are values that the form does not show."""
        return Note(
            kind=VisitKind(self.kind.data),
            began_at=self.began_at,
            zone_name=self.zone_name.data,
            typed_time=f"{self.seen_on._value()} {self.seen_time._value()}"[:60],
            vitals=tuple(sorted((*self.measured, *kept), key=lambda vital: vital.key.value)),
            **{name: self[name].data for name in TEXTS},
        )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every field, then what several fields say together."""
        holds = super().validate(extra_validators)
        self._read_time()
        self._read_vitals()
        return bool(holds and not self.errors)

    def _read_time(self) -> None:
        fields = (self.seen_on, self.seen_time, self.zone_name)
        if any(field.errors for field in fields):
            return
        day, time, zone = (field.data for field in fields)
        self._ask_which(zone)
        second = {FIRST: False, SECOND: True}.get(self.which.data)
        try:
            self.began_at = instant(day, time, zone, second=second)
        except TimeIsSkipped:
            words = f"{time:%H:%M} did not exist on {formats.day(day)}: the clocks went forward."
            _refuse(self.seen_time, f"{words} Enter the time that the clock showed.")
        except TimeIsDoubled:
            words = f"{time:%H:%M} came twice on {formats.day(day)}: the clocks went back."
            _refuse(self.which, f"{words} Choose which one is meant.")
        else:
            self._refuse_impossible(day)

    def _refuse_impossible(self, day: dt.date) -> None:
        if day < self.born_on:
            _refuse(self.seen_on, "The visit cannot be before the patient's birth.")
        elif self.began_at > now() + AHEAD:
            _refuse(self.seen_on, "The visit cannot be more than a day ahead. Enter its date.")

    def _ask_which(self, zone: str) -> None:
        """Offer the two readings of a doubled time, each with its offset."""
        early, late = (self._reading(zone, second=second) for second in (False, True))
        if early is None or late is None or early == late:
            return
        self.asks_which = self.which.flags.required = True
        words = (
            f"The first, {formats.time_of_day(early, zone)}",
            f"The second, {formats.time_of_day(late, zone)}",
        )
        self.which.offer(zip((FIRST, SECOND), words, strict=True))

    def _reading(self, zone: str, *, second: bool) -> dt.datetime | None:
        try:
            return instant(self.seen_on.data, self.seen_time.data, zone, second=second)
        except TimeIsSkipped:
            return None

    def _read_vitals(self) -> None:
        self.measured = ()
        if self.blood_pressure.data and not self.posture.errors:
            self._take(self.blood_pressure, self._pressure)
        for name, (key, unit) in PLAIN.items():
            if self[name].data:
                self._take(self[name], lambda k=key, n=name, u=unit: (_read(k, self[n], u),))
        for name, key in WITH_UNIT.items():
            chosen = self[f"{name}_unit"]
            if self[name].data and not chosen.errors:
                self._take(
                    self[name], lambda k=key, n=name, u=chosen: (_read(k, self[n], Unit(u.data)),)
                )

    def _pressure(self) -> tuple[Vital, ...]:
        return vitals.read_blood_pressure(
            self.blood_pressure.data or "", Posture(self.posture.data)
        )

    def _take(self, field: Field, read: Any) -> None:
        if field.errors:
            return
        try:
            self.measured += read()
        except Mistyped as problem:
            _refuse(field, str(problem))

    def _show_vitals(self, by_key: Mapping[VitalKey, Vital]) -> None:
        if upper := by_key.get(VitalKey.SYSTOLIC):
            self.blood_pressure.data = f"{upper.typed}/{by_key[VitalKey.DIASTOLIC].typed}"
            self.posture.data = upper.posture.value
        for name, (key, _) in PLAIN.items():
            if vital := by_key.get(key):
                self[name].data = vital.typed
        for name, key in WITH_UNIT.items():
            if (vital := by_key.get(key)) and key is not VitalKey.WEIGHT:
                self[name].data, self[f"{name}_unit"].data = vital.typed, vital.unit.value


def _read(key: VitalKey, field: Field, unit: Unit) -> Vital:
    return vitals.read(key, field.data, unit)


def _refuse(field: Field, words: str) -> None:
    field.errors = [*field.errors, words]
