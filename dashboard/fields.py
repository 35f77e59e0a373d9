"""Form fields that read what people type and refuse what cannot be meant.

Text is normalised (NFC) and freed of control characters; numbers are plain ASCII decimals; a day is
read in any of the ways clinicians write it; a time that happens twice in autumn is asked about.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import Field, StringField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import Input, TextArea, TextInput

from dashboard import formats
from dashboard.clinical.quantities import refuse_two_readings
from dashboard.contact import telephone

WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
PLAIN_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII)
CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)", re.ASCII)
Validators = Sequence[Callable[[Any, Any], None]]


UNSEEN = {"Cc", "Cs", "Cn"}  # control characters, lone surrogates, unassigned code points
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str, *, lines: bool = False) -> str:
    """Normalise typed text: NFC, trimmed, without control or direction-overriding characters.

    Right-to-left scripts need no overrides; a name with one could be read as another name.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in text if (lines and c in "\n\t") or unicodedata.category(c) not in UNSEEN)
    return "".join(c for c in kept if c not in REORDERING).strip()


class Required:
    """The field must hold something; `message` says what is missing and how to write it."""

    field_flags = {"required": True}  # noqa: RUF012 - the form library reads it from the class

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: object, field: Field) -> None:
        """Stop at an empty value; an unreadable one already has its own message."""
        if field.errors:
            raise StopValidation
        if field.data is None or field.data == "" or field.data == []:
            raise StopValidation(self.message)


class AskedLater:
    """A form is saved without it, and it is asked before the form counts: not called optional."""

    field_flags = {"asked_later": True}  # noqa: RUF012 - the form library reads it from the class

    def __call__(self, _form: object, _field: Field) -> None:
        """Refuse nothing."""


class Between:
    """A number must lie within limits, ends included; the message names them with their unit."""

    def __init__(self, low: Decimal | int, high: Decimal | int, unit: str = "") -> None:
        self.low, self.high, self.unit = low, high, f" {unit}" if unit else ""

    def __call__(self, _form: object, field: Field) -> None:
        """Refuse a number outside the limits."""
        if field.data is not None and not self.low <= field.data <= self.high:
            raise ValidationError(f"Enter a value from {self.low} to {self.high}{self.unit}.")


class Dialable:
    """The field is empty or holds a telephone number."""

    def __call__(self, _form: object, field: Field) -> None:
        """Refuse what nobody could dial."""
        try:
            telephone(field.data or "")
        except ValueError as problem:
            raise ValidationError(str(problem)) from None


class DayBetween:
    """A day must not lie before `earliest` or after `latest` (asked anew at each use)."""

    def __init__(
        self,
        *,
        earliest: Callable[[], dt.date] | None = None,
        latest: Callable[[], dt.date] | None = None,
        message: str,
    ) -> None:
        self.earliest, self.latest, self.message = earliest, latest, message

    def __call__(self, _form: object, field: Field) -> None:
        """Refuse a day outside the limits."""
        if field.data is None:
            return
        if (self.earliest and field.data < self.earliest()) or (
            self.latest and field.data > self.latest()
        ):
            raise ValidationError(self.message)


class TextField(StringField):
    """One line of text, at most `longest` characters."""

    widget: Input | TextArea = TextInput()
    lines = False

    def __init__(
        self,
        label: str,
        validators: Validators = (),
        *,
        longest: int = 200,
        **options: Any,
    ) -> None:
        super().__init__(label, list(validators), **options)
        self.longest = longest

    def process_formdata(self, valuelist: list[str]) -> None:
        """Normalise what was typed."""
        self.data = clean(valuelist[0], lines=self.lines) if valuelist else ""

    def pre_validate(self, form: object) -> None:
        """Refuse text that is too long."""
        length = len(self.data or "")
        if length > self.longest:
            raise StopValidation(f"Shorten this to {self.longest:,} characters; it has {length:,}.")


class LongTextField(TextField):
    """Running text of several lines, at most `longest` characters."""

    widget = TextArea()
    lines = True

    def __init__(
        self,
        label: str,
        validators: Validators = (),
        *,
        longest: int = 20000,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, longest=longest, **options)


class _TypedField(Field):
    """A one-line field that keeps what was typed when it cannot be read."""

    widget = TextInput()
    typed: str | None = None

    def _value(self) -> str:
        if self.typed is not None:
            return self.typed
        return "" if self.data is None else self.written(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the typed text, or refuse it with a sentence."""
        self.typed = clean(valuelist[0])[:200] if valuelist else ""
        self.data = self.read(self.typed) if self.typed else None

    def read(self, text: str) -> object:
        """Return the value of a typed text, or raise ValueError with a sentence for the person."""
        raise NotImplementedError

    def written(self, value: Any) -> str:
        """Write a value as a person would type it."""
        return str(value)


class WholeNumberField(_TypedField):
    """A whole number in ASCII digits."""

    def read(self, text: str) -> int:
        """Read a whole number."""
        if not WHOLE.fullmatch(text):
            raise ValueError("Enter a whole number, such as 72.")
        return int(text)


class NumberField(_TypedField):
    """A decimal number of at most `places` places, in ASCII digits; a comma counts as a point."""

    def __init__(
        self, label: str, validators: Validators = (), *, places: int = 2, **options: Any
    ) -> None:
        super().__init__(label, list(validators), **options)
        self.places = places

    def read(self, text: str) -> Decimal:
        """Read a plain decimal number."""
        refuse_two_readings(text)
        text = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
        if not PLAIN_NUMBER.fullmatch(text):
            raise ValueError("Enter a number, such as 36.6.")
        value = Decimal(text)
        if -int(value.as_tuple().exponent) > self.places:
            raise ValueError(f"Enter at most {self.places} decimal places.")
        return value


class DayField(_TypedField):
    """A calendar day, typed in any of the ways clinicians write one."""

    def read(self, text: str) -> dt.date:
        """Read a day of the years 1900 to 2199."""
        value = formats.read_day(text)
        if not 1900 <= value.year <= 2199:
            raise ValueError("Enter a year from 1900 to 2199.")
        return value

    def written(self, value: dt.date) -> str:
        """Write the day as clinicians read it."""
        return formats.day(value)


class ClockField(_TypedField):
    """A time of day on a 24-hour clock: 14:05, 1405 or 9:30."""

    def read(self, text: str) -> dt.time:
        """Read a time of day."""
        match = CLOCK.fullmatch(text)
        if not match:
            raise ValueError("Write the time as 14:05 (24-hour clock).")
        return dt.time(int(match[1]), int(match[2]))

    def written(self, value: dt.time) -> str:
        """Write the time."""
        return f"{value:%H:%M}"


class TimeIsSkipped(ValueError):
    """That time does not exist on that day: the clocks go forward over it."""


class TimeIsDoubled(ValueError):
    """That time happens twice on that day: the clocks go back. Say which one is meant."""


def instant(
    day: dt.date, time: dt.time, zone_name: str, *, second: bool | None = None
) -> dt.datetime:
    """Return the instant a local time means; ask when the clocks change over it.

    `second` says which of two equal local times is meant; without it a doubled time raises
    `TimeIsDoubled`. A skipped time raises `TimeIsSkipped`.
    """
    here = ZoneInfo(zone_name)
    early = dt.datetime.combine(day, time.replace(fold=0), here)
    late = early.replace(fold=1)
    if early.astimezone(dt.UTC).astimezone(here).replace(tzinfo=None) != early.replace(tzinfo=None):
        raise TimeIsSkipped(TimeIsSkipped.__doc__)
    if early.utcoffset() != late.utcoffset() and second is None:
        raise TimeIsDoubled(TimeIsDoubled.__doc__)
    return (late if second else early).astimezone(dt.UTC)
