"""The forms of alerts: what you will do, to whom it goes, what you noted, what it came to.

Nothing is preselected. `seen` is the newest answer that was on the page.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import StopValidation

from dashboard.alerts.models import Outcome
from dashboard.fields import LongTextField, Required
from dashboard.forms import PageForm

LONGEST = 2000
NEVER = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class OneOfThese:
    """The answer is one of the choices on the page."""

    field_flags = {"required": True}  # noqa: RUF012 - the form library reads it from the class

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: object, field: RadioField) -> None:
        """Refuse no answer, and one that was not offered."""
        if not field.data or field.data not in {
            getattr(choice, "value", "") for choice in field.choices or ()
        }:
            field.data = None
            raise StopValidation(self.message)


class AlertForm(PageForm):
    """What every act upon an alert needs: a note, and which answer it is about."""

    seen = HiddenField(default="")
    note = LongTextField("Note", longest=LONGEST)

    def shows_answer_of(self, moment: dt.datetime) -> None:
        """Say which answer the page shows."""
        self.seen.data = moment.isoformat()

    @property
    def seen_at(self) -> dt.datetime:
        """When the answer that the page showed was given; a garbled one is none that exists."""
        try:
            moment = dt.datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            return NEVER
        return moment if moment.tzinfo else NEVER


class TakeForm(AlertForm):
    """Taking an alert."""

    note = LongTextField(
        "What you will do", [Required("Write down what you will do, and by when.")],
        longest=LONGEST,
    )  # fmt: skip


class HandOverForm(AlertForm):
    """Handing an alert over to a colleague."""

    to = RadioField(
        "To whom",
        [OneOfThese("Choose a physician on the care team.")],
        choices=(),
        validate_choice=False,
    )
    note = LongTextField(
        "What they need to know", [Required("Write down what your colleague needs to know.")],
        longest=LONGEST,
    )  # fmt: skip

    def offers(self, colleagues: Sequence[tuple[uuid.UUID, str]]) -> None:
        """Offer these physicians, by the keys of their accounts."""
        self.to.choices = [SelectChoice(str(key), name) for key, name in colleagues]


class NoteForm(AlertForm):
    """Adding a note to an alert."""

    note = LongTextField("Note", [Required("Write down what there is to know.")], longest=LONGEST)


class CloseForm(AlertForm):
    """Closing an alert for good."""

    outcome = RadioField(
        "What it came to",
        [OneOfThese("Choose what it came to.")],
        choices=[SelectChoice(one.value, one.value.capitalize()) for one in Outcome],
        validate_choice=False,
    )
    note = LongTextField(
        "What was done", [Required("Write down what you did, or why nothing was needed.")],
        longest=LONGEST,
    )  # fmt: skip
