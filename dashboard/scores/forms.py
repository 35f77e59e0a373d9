"""The forms of scores: a questionnaire item by item, and why a response is wrong.

Nothing is preselected, and a question may be left blank: a blank is never counted as a zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its types
from wtforms.validators import StopValidation

from dashboard import formats
from dashboard.clinical.instruments import Instrument, Item
from dashboard.clock import now
from dashboard.fields import (
    ClockField,
    DayField,
    LongTextField,
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
        return {name: None if value is None else int(value) for name, value in chosen.items()}

    def starts_now(self) -> None:
        """Propose the present day and time of the practice."""
        here = now().astimezone(formats.zone())
        self.taken_on.data, self.taken_time.data = here.date(), here.time().replace(second=0)

    def starts_from(self, given: Mapping[str, int | None], *, taken_at: dt.datetime) -> None:
        """Show a response that is to be corrected."""
        here = taken_at.astimezone(formats.zone())
        self.taken_on.data, self.taken_time.data = here.date(), here.time().replace(second=0)
        for name, value in given.items():
            if value is not None:
                self[f"item_{name}"].data = str(value)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that date and time are one moment of the past."""
        return super().validate(extra_validators) and self._is_a_past_moment()

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


@lru_cache(maxsize=64)
def form_for(instrument: Instrument) -> type[ResponseForm]:
    """Return the form of one instrument: its questions and answers are the definition's own."""
    fields = {field_name(item): _question(item) for item in instrument.items}
    return cast(type[ResponseForm], type("InstrumentForm", (ResponseForm,), fields))


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
    if len(item.scale.values) > MOST_SHOWN:
        return CountField(text, low=item.lowest, high=item.highest)
    offered = [
        (str(value), item.label_of(value) or str(value)) for value in sorted(item.scale.values)
    ]
    return ChoiceField(text, offered=offered)
