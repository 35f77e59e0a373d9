"""What an adverse event's form offers: the pick-list by group, and boxes to tick."""

from __future__ import annotations

from typing import Any

from wtforms import SelectMultipleField, widgets
from wtforms.fields.choices import (  # type: ignore[attr-defined] # newer than its type stubs
    SelectChoice,
)
from wtforms.validators import StopValidation

from dashboard.clinical.adverse_events import event_list
from dashboard.fields import Required
from dashboard.sessions.forms import FIRST, SECOND
from dashboard.visits.choosing import Pairs, listed

WHICH = listed([(FIRST, "The first time"), (SECOND, "The second time")])
GROUPS = tuple(dict.fromkeys(one.group for one in event_list().events.values()))
ALONE = frozenset({"none of these", "not answered"})


def kinds() -> list[SelectChoice]:
    """Return the pick-list, group by group, each by name: typing letters finds an entry."""
    found = [SelectChoice("", "Choose")]
    for group in GROUPS:
        of_group = [one for one in event_list().events.values() if one.group == group]
        found += [
            SelectChoice(one.id, one.label, optgroup=group.capitalize())
            for one in sorted(of_group, key=lambda one: one.label)
        ]
    return found


KINDS = kinds()


class Ticked(SelectMultipleField):
    """Any of a list, each with a box; what says "none" or "not known" stands alone."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: str, *, message: str, pairs: Pairs, **options: Any) -> None:
        offered = tuple(pairs)
        super().__init__(label, [Required(message)], choices=listed(offered), **options)
        self.message, self.offered = message, frozenset(value for value, _ in offered)

    @property
    def ticked(self) -> frozenset[str]:
        """The values whose box is ticked."""
        return frozenset(self.data or ())

    def pre_validate(self, form: object) -> None:
        """Refuse what was not offered, and "none" beside anything else."""
        if not self.ticked <= self.offered:
            raise StopValidation(self.message)
        if self.ticked & ALONE and len(self.ticked) > 1:
            raise StopValidation(
                "“None of these” or “not known yet” stands alone: untick the rest."
            )
