"""The forms of the medication ledger: an entry, and marking one as entered in error."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dashboard import formats
from dashboard.clock import now
from dashboard.fields import (
    Between,
    ClockField,
    DayField,
    LongTextField,
    NumberField,
    Required,
    TextField,
)
from dashboard.forms import PageForm
from dashboard.sessions.event_fields import WHICH
from dashboard.sessions.event_moments import TypedMoment
from dashboard.sessions.forms import READABLE
from dashboard.sessions.models import LedgerEntry, LedgerKind
from dashboard.visits.choosing import OneOfFew, listed

KIND_WORDS = {
    LedgerKind.SUPPLIED: "Supplied",
    LedgerKind.RETURNED: "Returned, destroyed or lost",
    LedgerKind.COUNTED: "Counted on camera",
}
MOST = Decimal("9999.99")  # what the field takes, no clinical limit


class EntryForm(PageForm):
    """An entry of the ledger: what was supplied, returned, or counted as left."""

    kind = OneOfFew(
        "What happened", message="Choose what happened.",
        choices=listed([(kind.value, words) for kind, words in KIND_WORDS.items()]),
    )  # fmt: skip
    units = NumberField(
        "Units", [Required("Enter how many units; 0 if none was left."), Between(0, MOST, "units")]
    )
    unit_mg = NumberField(
        "One unit", [Required("Enter how many mg are in one unit."), Between(*READABLE, "mg")]
    )
    happened_on = DayField("Date", [Required("Enter the day.")])
    happened_time = ClockField("Time", [Required("Enter the time.")])
    which = OneOfFew(
        "The clocks went back that night. Which one?", message="Choose which one is meant.",
        is_asked=False, choices=WHICH,
    )  # fmt: skip
    words = LongTextField("In words", longest=500)

    born_on: dt.date
    at: dt.datetime

    def starts_now(self) -> None:
        """Propose the present day and time of the practice."""
        here = now().astimezone(formats.zone())
        self.happened_on.data, self.happened_time.data = here.date(), here.time()

    def shows_last(self, last: LedgerEntry | None) -> None:
        """Show in the empty field what one unit held in the entry before."""
        if last is not None:
            self.unit_mg.render_kw = {"placeholder": f"{last.unit_mg:f}"}

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that date and time are one moment of the past."""
        super().validate(extra_validators)
        moment = self._typed.read(None)
        if moment is not None:
            self.at = moment
            if moment.astimezone(formats.zone()).date() < self.born_on:
                self.happened_on.errors = ["This is before the patient's birth."]
        if self.kind.data != LedgerKind.COUNTED and self.units.data == 0:
            self.units.errors = ["Enter more than 0 units; only a count can find none."]
        if self.kind.data == LedgerKind.RETURNED and not self.words.data:
            self.words.errors = ["Say what became of it, and who saw it."]
        return not self.errors

    @property
    def asks_which(self) -> bool:
        """Whether the time happens twice that day."""
        return bool(self.which.errors or self.which.data) or self._typed.is_doubled

    @property
    def _typed(self) -> TypedMoment:
        return TypedMoment(None, self.happened_on, self.happened_time, self.which)


class LedgerErrorForm(PageForm):
    """Why an entry of the ledger was entered in error."""

    reason = TextField(
        "Why was this entered in error?",
        [Required("Say why, for example: counted twice.")],
        longest=500,
    )
