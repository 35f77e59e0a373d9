"""The short forms of a plan: how a draft begins, the signature, and each step with its reason."""

from __future__ import annotations

from typing import ClassVar

from flask_wtf import FlaskForm

from dashboard.clinical.courses import EndCause, HoldCause
from dashboard.fields import LongTextField, Required
from dashboard.forms import PageForm
from dashboard.visits.choosing import OneOfFew, SelectField, listed, named

LONGEST = 2000
BY_HAND = (HoldCause.TEAM_CONCERN, HoldCause.HAND)
COMPLETIONS = (EndCause.GOAL_MET, EndCause.OTHER)


class BeginForm(PageForm):
    """What a new draft begins with."""

    start = OneOfFew("Begin with", message="Choose what the draft begins with.")
    change_reason = LongTextField("Why the plan changes", longest=LONGEST)


class SignForm(PageForm):
    """The second look before signing: nothing to type."""


class StepForm(PageForm):
    """A step with its reason in words."""

    reason = LongTextField("Reason", [Required("Write the reason.")], longest=LONGEST)


class DiscardForm(StepForm):
    """Why a draft is not wanted."""

    reason = LongTextField(
        "Why is this draft discarded?", [Required("Say why it is not wanted.")], longest=LONGEST
    )


class ActivateForm(StepForm):
    """Activation of a first version: a note may be added."""

    reason = LongTextField("Note on the activation", longest=LONGEST)


class ActivateOverHeldForm(StepForm):
    """Activation in place of a held version: a resumption."""

    reason = LongTextField(
        "What has changed since the plan was held?",
        [Required("Say what has changed since it was held.")],
        longest=LONGEST,
    )


class ResumeForm(ActivateOverHeldForm):
    """What has changed, so that a held plan goes on."""


class HoldForm(StepForm):
    """Why a plan is held by a person."""

    cause = OneOfFew("Held for", message="Choose why it is held.", choices=named(BY_HAND))
    reason = LongTextField(
        "What was seen or said, and by whom?",
        [Required("Say what was seen or said, and by whom.")],
        longest=LONGEST,
    )


class CompleteForm(StepForm):
    """Why a plan has done its work."""

    cause = OneOfFew("Completed for", message="Choose why it ends.", choices=named(COMPLETIONS))
    reason = LongTextField(
        "How does the course end?", [Required("Say how the course ends.")], longest=LONGEST
    )


class StopForm(StepForm):
    """Why a plan is stopped for good."""

    cause = OneOfFew("Stopped for", message="Choose why it is stopped.", choices=named(EndCause))
    reason = LongTextField(
        "Why is the plan stopped?", [Required("Say why the plan is stopped.")], longest=LONGEST
    )


class CompareForm(FlaskForm):  # type: ignore[misc]
    """Which two versions to compare; it travels in the address and changes nothing."""

    class Meta:
        """Reading changes nothing, so it needs no form token."""

        csrf: ClassVar[bool] = False

    before = SelectField("Compare version", validate_choice=False)
    after = SelectField("with version", validate_choice=False)

    def offer(self, numbers: list[int], *, before: int, after: int) -> tuple[int, int]:
        """List the versions and return the two asked for; the given ones where none makes sense."""
        pairs = listed((str(number), f"Version {number}") for number in numbers)
        chosen = []
        for field, usual in ((self.before, before), (self.after, after)):
            field.choices = pairs
            known = {str(number): number for number in numbers}
            chosen.append(known.get(field.data or "", usual))
            field.data = str(chosen[-1])
        return chosen[0], chosen[1]
