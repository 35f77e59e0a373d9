"""Forms of a patient's clearance: what to judge for, a check, an override and its end."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import ValidationError

from dashboard import formats
from dashboard.clearance.models import Decision, OverrideReason
from dashboard.clearance.overrides import LEAST_LETTERS
from dashboard.clearance.page import FARTHEST, Asked
from dashboard.clearance.showing import PURPOSES
from dashboard.clinical.clearance import Purpose
from dashboard.fields import DayBetween, DayField, LongTextField, Required, TextField
from dashboard.forms import PageForm
from dashboard.visits.choosing import OneOfFew, SelectField, listed, named

EVERY_PURPOSE = "every"
NOT_BEFORE_TODAY = "Choose a day from today to a year from now."


def _latest() -> dt.date:
    return formats.today() + FARTHEST


class AskForm(FlaskForm):  # type: ignore[misc]
    """For which purpose and day to judge; it travels in the address and changes nothing."""

    class Meta:
        """Reading changes nothing, so it needs no form token."""

        csrf: ClassVar[bool] = False

    purpose = SelectField(
        "Judge for", choices=listed((one.value, words) for one, words in PURPOSES.items())
    )
    on = DayField(
        "As if it were on",
        [DayBetween(earliest=formats.today, latest=_latest, message=NOT_BEFORE_TODAY)],
    )

    @classmethod
    def asked(cls) -> AskForm:
        """Return the form filled from the address."""
        form = cls(formdata=request.args)
        form.purpose.data = form.purpose.data or Purpose.ACTIVATION.value
        return form

    def question(self) -> Asked:
        """Return what is asked; the usual question when the address makes no sense."""
        if not self.validate():
            return Asked()
        return Asked(Purpose(self.purpose.data), self.on.data)


class LongEnough:
    """A text must have at least so many characters."""

    def __call__(self, _form: object, field: LongTextField) -> None:
        """Say how many characters are missing."""
        length = len((field.data or "").strip())
        if 0 < length < LEAST_LETTERS:
            raise ValidationError(f"Write at least {LEAST_LETTERS} characters; this has {length}.")


class CheckForm(PageForm):
    """A physician's decision on the judgement of this page; `verdicts` is what the page showed."""

    verdicts = HiddenField(default="")
    decision = OneOfFew("Decision", message="Choose a decision.", choices=named(Decision))
    conditions = LongTextField("Conditions", longest=2000)
    cadence = LongTextField(
        "Monitoring", [Required("Write how the patient is watched until then.")], longest=2000
    )
    next_check_on = DayField(
        "Next check on",
        [
            Required("Write the day of the next check."),
            DayBetween(earliest=formats.today, latest=_latest, message=NOT_BEFORE_TODAY),
        ],
    )

    def validate_conditions(self, field: LongTextField) -> None:
        """Ask for the conditions of a decision that has some."""
        if self.decision.data == Decision.WITH_CONDITIONS.value and not (field.data or "").strip():
            raise ValidationError("Write the conditions, or choose another decision.")


class OverrideForm(PageForm):
    """Why a prescriber goes ahead under one caution, and until when."""

    reason_kind = OneOfFew("Reason", message="Choose a reason.", choices=named(OverrideReason))
    reason = LongTextField("Why", [Required("Say why you go ahead."), LongEnough()], longest=2000)
    difference = LongTextField(
        "What will be different", [Required("Say what will be different.")], longest=2000
    )
    scope = OneOfFew("It covers", message="Choose what it covers.", default=EVERY_PURPOSE)
    expires_on = DayField("It ends on", [Required("Write the day on which it ends.")])

    def offer(self, purpose: Purpose, *, latest: dt.date) -> None:
        """Offer the scopes of a purpose, and the latest day that is allowed."""
        self.latest = latest
        every = (EVERY_PURPOSE, "Starting, going on and sessions")
        only = (purpose.value, f"Only {PURPOSES[purpose]}")
        is_prescription = purpose is Purpose.PRESCRIPTION
        self.scope.offer([only] if is_prescription else [every, only])
        if not self.is_submitted():
            self.expires_on.data = latest
            self.scope.data = only[0] if is_prescription else EVERY_PURPOSE

    def validate_expires_on(self, field: DayField) -> None:
        """Keep the end within what is allowed."""
        if field.data is not None and not formats.today() <= field.data <= self.latest:
            raise ValidationError(f"Choose a day from today to {formats.day(self.latest)}.")


class EndForm(PageForm):
    """Why an override is ended before its day."""

    reason = TextField("Reason", [Required("Say why the override ends.")], longest=500)


class AgreeForm(PageForm):
    """A second clinician's agreement; it has no field of its own."""
