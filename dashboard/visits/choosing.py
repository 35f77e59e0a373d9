"""Choices of a visit's forms: each refuses what was not offered, with a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import wtforms
from wtforms.fields.choices import (  # type: ignore[attr-defined] # newer than its type stubs
    SelectChoice,
)

from dashboard.clinical.quantities import Unit
from dashboard.fields import AskedLater, Required

Pairs = Iterable[tuple[str, str]]


class SelectField(wtforms.SelectField):
    """One of a list that opens."""

    def __init__(
        self, label: str, *, message: str = "Choose one from the list.", **options: object
    ):
        super().__init__(label, invalid_choice_message=message, **options)  # type: ignore[call-arg,arg-type]

    def offer(self, pairs: Pairs) -> None:
        """List what can be chosen: (value, words)."""
        self.choices = listed(pairs)


class OneOfFew(wtforms.RadioField):
    """One of a few that stand side by side; `is_asked` says whether the question is always put.

    `is_asked_later` says that it must be answered before what the form tells of counts.
    """

    def __init__(
        self,
        label: str,
        *,
        message: str,
        is_asked: bool = True,
        is_asked_later: bool = False,
        **options: object,
    ) -> None:
        super().__init__(  # type: ignore[call-arg]
            label,
            [Required(message)] if is_asked else [AskedLater()] if is_asked_later else [],
            invalid_choice_message=message,
            validate_choice=is_asked,
            **options,  # type: ignore[arg-type]
        )

    def offer(self, pairs: Pairs) -> None:
        """List what can be chosen: (value, words)."""
        self.choices = listed(pairs)


def listed(pairs: Pairs) -> list[SelectChoice]:
    """List what can be chosen, for a field that is written out: (value, words)."""
    return [SelectChoice(*pair) for pair in pairs]


def named(members: Iterable[StrEnum]) -> list[SelectChoice]:
    """Offer the members; a name begins with a capital, a unit stays as it is."""
    return [
        SelectChoice(one.value, one.value if isinstance(one, Unit) else one.value.capitalize())
        for one in members
    ]
