"""The forms of scores: a questionnaire item by item, and why a response is wrong.

Nothing is preselected, and a question may be left blank: a blank is never counted as a zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.validators import StopValidation

from dashboard import formats
from dashboard.clinical.instruments import Instrument, Item
from dashboard.clock import now
from dashboard.fields import (
    Between,
    ClockField,
    DayField,
    LongTextField,
    NumberField,
    Required,
    TimeIsDoubled,
    TimeIsSkipped,
    WholeNumberField,
    instant,
)
from dashboard.forms import PageForm
from dashboard.scores.models import Mode

Validators = Sequence[Callable[[Any, Any], None]]
Offered = Sequence[tuple[str, str]]

MOST_SHOWN = 11  # answers of one question, 0 to 10
DECLINED, PREFERRED_NOT = "declined", "Preferred not to answer"
EARLIEST = dt.date(1990, 1, 1)  # before the oldest of these questionnaires
MODES = [(Mode.INTERVIEW.value, "Asked by the physician"), (Mode.PAPER.value, "Copied from paper")]
WHICH = [("first", "the first"), ("second", "the second, an hour later")]


class ChoiceField(RadioField):
    """One of a few choices, or none of them."""

    def __init__(
        self, label: str, validators: Validators = (), *, offered: Offered, **options: Any
    ) -> None:
        super().__init__(
            label, list(validators), choices=[SelectChoice(*pair) for pair in offered], **options
        )
        self.offered = offered

    def pre_validate(self, form: object) -> None:
        """Accept no choice; refuse one that was not offered."""
        if not self.raw_data or self.data in {None, "", "None"}:
            self.data = None
        elif self.data not in {value for value, _ in self.offered}:
            self.data = None
            raise StopValidation("Choose one of the answers shown.")


class ResponseForm(PageForm):
    """A questionnaire as a physician enters it; made for one instrument by `form_for`."""

    taken_on = DayField("Date answered", [Required("Enter the day the patient answered.")])
    taken_time = ClockField("Time answered", [Required("Enter the time the patient answered.")])
    which = ChoiceField("The clocks went back that night. Which one?", offered=WHICH)
    mode = ChoiceField(
        "How were the answers given?",
        [Required("Choose how the answers were given.")],
        offered=MODES,
    )
    another = BooleanField("These are other answers of the same day: save them as well")
    taken_at: dt.datetime | None = None

    @property
    def moment(self) -> dt.datetime:
        """When the patient answered; known once the form was found valid."""
        if self.taken_at is None:
            raise LookupError("the form has not been checked")
        return self.taken_at

    def asks_about_another(self, words: str) -> None:
        """Ask whether a second response of the same day is meant."""
        self.another.errors = [words]

    def answers(self, instrument: Instrument) -> dict[str, int | None]:
        """Return item -> the chosen number, None for a blank."""
        chosen = {item.id: self[field_name(item)].data for item in instrument.items}
        return {
            name: None if value in {None, DECLINED} else int(value)
            for name, value in chosen.items()
        }

    def declined(self, instrument: Instrument) -> frozenset[str]:
        """Return the items that the patient preferred not to answer."""
        return frozenset(
            item.id
            for item in instrument.items
            if self[field_name(item)].data == DECLINED
            or (decline_name(item) in self and self[decline_name(item)].data)
        )

    def totals(self, instrument: Instrument) -> dict[str, Fraction]:
        """Return score -> the number entered, where totals alone are entered."""
        typed = {rule.id: self[f"score_{rule.id}"].data for rule in instrument.scores}
        return {name: Fraction(value) for name, value in typed.items() if value is not None}

    def starts_now(self) -> None:
        """Propose the present day and time of the practice."""
        here = now().astimezone(formats.zone())
        self.taken_on.data, self.taken_time.data = here.date(), here.time().replace(second=0)

    def starts_from(
        self,
        given: Mapping[str, int | None],
        *,
        declined: Collection[str] = (),
        taken_at: dt.datetime,
        mode: Mode,
    ) -> None:
        """Show a response that is to be corrected; how it is known is asked anew where it must be.

        What a patient answered by link is corrected by what was asked, or read on paper, since.
        """
        here = taken_at.astimezone(formats.zone())
        self.taken_on.data, self.taken_time.data = here.date(), here.time().replace(second=0)
        self.mode.data = mode.value if mode.value in dict(MODES) else None
        for name, value in given.items():
            if value is not None:
                field = self[f"item_{name}"]
                field.data = value if isinstance(field, CountField) else str(value)
        for name in declined:
            if f"declined_{name}" in self:
                self[f"declined_{name}"].data = True
            else:
                self[f"item_{name}"].data = DECLINED

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that date and time are one moment of the past."""
        return (
            super().validate(extra_validators)
            and self._is_one_or_the_other()
            and self._is_a_past_moment()
        )

    def _is_one_or_the_other(self) -> bool:
        """Refuse a count that was both entered and declined."""
        both = [
            field
            for field in self
            if isinstance(field, CountField) and field.data is not None
            and (name := field.name.replace("item_", "declined_", 1)) in self
            and self[name].data
        ]  # fmt: skip
        return all(
            [self._refuse(field, "Enter a number or tick the box, not both.") for field in both]
        )

    def _is_a_past_moment(self) -> bool:
        second = {"first": False, "second": True}.get(self.which.data or "")
        zone = formats.zone().key
        day, time = cast(dt.date, self.taken_on.data), cast(dt.time, self.taken_time.data)
        if day < EARLIEST:
            return self._refuse(self.taken_on, "Enter a day from 01-Jan-1990 on.")
        try:
            self.taken_at = instant(day, time, zone, second=second)
        except TimeIsSkipped as error:
            return self._refuse(self.taken_time, str(error))
        except TimeIsDoubled as error:
            return self._refuse(self.which, str(error))
        if self.taken_at > now() + dt.timedelta(minutes=5):
            return self._refuse(
                self.taken_on, "This lies in the future. Enter when the patient answered."
            )
        return True

    def _refuse(self, field: Any, words: str) -> bool:
        field.errors = [*field.errors, words]
        return False


class ErrorForm(PageForm):
    """Why a response was entered in error."""

    reason = LongTextField(
        "Why was this entered in error?",
        [Required("Say why, for example: belongs to another patient.")],
        longest=500,
    )


def field_name(item: Item) -> str:
    """Return the name of an item's form field."""
    return f"item_{item.id}"


def decline_name(item: Item) -> str:
    """Return the name of the box that says that a count was not given."""
    return f"declined_{item.id}"


@lru_cache(maxsize=64)
def form_for(instrument: Instrument) -> type[ResponseForm]:
    """Return the form of one instrument: its questions and answers are the definition's own."""
    fields: dict[str, object] = {}
    for item in instrument.items:
        fields[field_name(item)] = _question(item)
        if item.allow_decline and _is_count(item):
            fields[decline_name(item)] = BooleanField(PREFERRED_NOT)
    return cast(type[ResponseForm], type("InstrumentForm", (ResponseForm,), fields))


@lru_cache(maxsize=64)
def totals_form_for(instrument: Instrument) -> type[ResponseForm]:
    """Return the form on which only the scores of an instrument are entered."""
    fields = {
        f"score_{rule.id}": NumberField(
            rule.label,
            [Between(_plain(rule.lowest), _plain(rule.highest))],
            places=max(rule.decimals, 4),
        )
        for rule in instrument.scores
    }
    return cast(type[ResponseForm], type("TotalsForm", (ResponseForm,), fields))


def _plain(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


class CountField(WholeNumberField):
    """A count: a whole number within its scale, or nothing."""

    def __init__(
        self, label: str, validators: Validators = (), *, low: int, high: int, **options: Any
    ) -> None:
        super().__init__(label, list(validators), **options)
        self.low, self.high = low, high

    def read(self, text: str) -> int:
        """Read a whole number of the scale."""
        value = super().read(text) if len(text) <= len(str(self.high)) else self.high + 1
        if not self.low <= value <= self.high:
            raise ValueError(f"Enter a whole number from {self.low} to {self.high}.")
        return value


def _question(item: Item) -> ChoiceField | CountField:
    """Offer every answer; a range too long to be shown is typed."""
    text = item.text or f"Item {item.id}, {item.lowest} to {item.highest}: see your licensed copy"
    if _is_count(item):
        return CountField(text, low=item.lowest, high=item.highest)
    offered = [
        (str(value), item.label_of(value) or str(value)) for value in sorted(item.scale.values)
    ]
    if item.allow_decline:
        offered.append((DECLINED, PREFERRED_NOT))
    return ChoiceField(text, offered=offered)


def _is_count(item: Item) -> bool:
    return len(item.scale.values) > MOST_SHOWN
