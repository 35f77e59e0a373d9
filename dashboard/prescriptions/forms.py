"""The forms of prescriptions written elsewhere and of monitoring queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dashboard import formats
from dashboard.clinical import remote_prescribing
from dashboard.fields import (
    Between,
    DayBetween,
    DayField,
    LongTextField,
    NumberField,
    Required,
    TextField,
    WholeNumberField,
)
from dashboard.forms import PageForm
from dashboard.practice.places import STATES
from dashboard.prescriptions.models import Basis, MonitoringCheck, Shown
from dashboard.sessions.models import Route
from dashboard.visits.choosing import OneOfFew, SelectField, listed, named

READABLE_MG = (Decimal("0.01"), Decimal("9999.99"))  # what the field takes, no clinical limit
YES, NO = "yes", "no"
PLACES = listed([("", "Choose a state"), *STATES.items()])
NOT_LATER = DayBetween(
    latest=formats.today, message="This lies in the future. Record it once it has happened."
)


class QueryForm(PageForm):
    """A query of a state's prescription-monitoring programme."""

    state = SelectField("State", choices=PLACES, validators=[Required("Choose the state.")])
    checked_on = DayField("Day", [Required("Enter the day of the query."), NOT_LATER])
    shown = OneOfFew(
        "What it showed", message="Choose what the query showed.", choices=named(Shown)
    )
    words = LongTextField("In words", longest=1000)
    checked_by = TextField("Who asked", [Required("Enter who asked.")], longest=120)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields; whatever is out of the ordinary is described."""
        super().validate(extra_validators)
        if self.shown.data in {Shown.UNEXPECTED, Shown.OUTAGE} and not self.words.data:
            self.words.errors = [
                "Describe what it showed, or how the system was down and what was done instead."
            ]
        return not self.errors


class PrescriptionForm(PageForm):
    """A prescription that somebody wrote elsewhere."""

    written_on = DayField("Written on", [Required("Enter the day it was written."), NOT_LATER])
    prescriber = TextField("Written by", [Required("Enter who wrote it.")], longest=120)
    drug = TextField("What", [Required("Enter the drug and its form.")], longest=200)
    route = SelectField("Route", choices=named(Route), default=Route.NOT_SAID.value)
    dose_mg = NumberField("One dose", [Between(*READABLE_MG, "mg")], places=2)
    units = WholeNumberField(
        "Units", [Required("Enter the number of units."), Between(1, 9999, "units")]
    )
    supply_days = WholeNumberField(
        "Supply", [Required("Enter for how many days it lasts."), Between(1, 366, "days")]
    )
    is_refill = OneOfFew(
        "Is it a refill?", message="Choose whether it is a refill.",
        choices=listed([(NO, "No, the first"), (YES, "Yes, a refill")]),
    )  # fmt: skip
    pharmacy = TextField("Pharmacy", longest=200)
    location_state = SelectField(
        "Where the patient was", choices=PLACES,
        validators=[Required("Choose the state the patient was in.")],
    )  # fmt: skip
    basis = OneOfFew(
        "What allows it without an examination in person",
        message="Choose what allowed the prescription.", choices=named(Basis),
    )  # fmt: skip
    basis_words = TextField("Who examined, when and where", longest=500)
    monitoring = SelectField("Monitoring query that goes with it", choices=())

    born_on: dt.date
    basis_until: dt.date | None = None

    def offers(self, asked: Sequence[MonitoringCheck]) -> None:
        """Offer the monitoring queries on record, newest first."""
        none = ("", "None on record" if not asked else "None of these")
        self.monitoring.offer([none, *((one.ref, _words(one)) for one in reversed(asked))])

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that the basis is one that can have held on that day."""
        super().validate(extra_validators)
        day = self.written_on.data
        if day and not self.written_on.errors and day < self.born_on:
            self.written_on.errors = ["It cannot be written before the patient's birth."]
        if self.basis.data in {Basis.IN_PERSON, Basis.REFERRAL} and not self.basis_words.data:
            self.basis_words.errors = ["Say who examined the patient in person, when and where."]
        if self.basis.data == Basis.FLEXIBILITY and day and not self.written_on.errors:
            self._take_period(day)
        return not self.errors

    def _take_period(self, day: dt.date) -> None:
        period = remote_prescribing.on_or_before(day)
        if period is None:
            first = formats.day(remote_prescribing.periods()[0].from_on)
            self.basis.errors = [
                f"The flexibility on file begins on {first}. Choose what else allowed it."
            ]
        else:
            self.basis_until = period.until_on


class InErrorForm(PageForm):
    """Why a record was entered in error."""

    reason = TextField(
        "Why was this entered in error?",
        [Required("Say why, for example: written for another patient.")],
        longest=500,
    )


def _words(one: MonitoringCheck) -> str:
    return f"{formats.day(one.checked_on)}, {STATES.get(one.state, one.state)}: {one.shown.value}"
