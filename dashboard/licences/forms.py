"""The forms of licences: recording one, ending one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.fields import DayField, Required, TextField
from dashboard.forms import PageForm
from dashboard.licences.actions import TELEHEALTH_STATES
from dashboard.licences.models import LicenceKind
from dashboard.practice.places import STATES
from dashboard.visits.choosing import OneOfFew, SelectField, listed, named

CHOOSE = ("", "Choose a state")


class LicenceForm(PageForm):
    """A licence or registration, from its first to its last day."""

    state = SelectField(
        "State", choices=listed([CHOOSE, *STATES.items()]),
        validators=[Required("Choose the state.")],
    )  # fmt: skip
    kind = OneOfFew(
        "What allows it", message="Choose a licence or a registration.",
        choices=named(LicenceKind),
    )  # fmt: skip
    number = TextField("Number", [Required("Enter the number of the licence.")], longest=40)
    from_on = DayField("First day", [Required("Enter the first day.")])
    until_on = DayField("Last day", [Required("Enter the last day it is valid.")])

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, that the days are in order, and that the state registers at all."""
        super().validate(extra_validators)
        if self.from_on.data and self.until_on.data and self.until_on.data < self.from_on.data:
            self.until_on.errors = ["The last day cannot be before the first day."]
        is_registration = self.kind.data == LicenceKind.TELEHEALTH.value
        if is_registration and self.state.data and self.state.data not in TELEHEALTH_STATES:
            self.kind.errors = [
                "Only Florida's registration for telehealth counts here (FL 456.47(4)). "
                "For another state record a full licence."
            ]
        return not self.errors


class PhysicianLicenceForm(LicenceForm):
    """The same, recorded by an admin for a physician."""

    physician = SelectField("Physician", choices=(), validators=[Required("Choose the physician.")])

    def offers(self, physicians: Sequence[tuple[uuid.UUID, str]]) -> None:
        """Offer these physicians, by the keys of their accounts."""
        self.physician.offer(
            [("", "Choose a physician"), *((str(key), name) for key, name in physicians)]
        )


class EndForm(PageForm):
    """Ending a licence before its last day, or one that was recorded wrongly."""

    reason = TextField(
        "Why", [Required("Say why, for example: recorded for the wrong state.")], longest=500
    )
