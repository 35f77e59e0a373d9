"""The forms of tasks: a new one, and what becomes of one. Nothing is preselected."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from dashboard import formats
from dashboard.fields import DayBetween, DayField, LongTextField, Required, TextField
from dashboard.forms import PageForm
from dashboard.visits.choosing import OneOfFew

LONGEST = 500
FURTHEST = dt.timedelta(days=3 * 366)


def _furthest() -> dt.date:
    return formats.today() + FURTHEST


def _due_on(label: str) -> DayField:
    return DayField(
        label,
        [
            Required("Enter the day it is due."),
            DayBetween(
                earliest=formats.today, latest=_furthest,
                message="Enter a day from today on, within three years.",
            ),
        ],
    )  # fmt: skip


class ToSomebody(PageForm):
    """A form that names whose a task is."""

    to = OneOfFew("Whose it is", message="Choose a physician on the care team.", choices=())

    def offers(self, colleagues: Sequence[tuple[uuid.UUID, str]]) -> None:
        """Offer these physicians, by the keys of their accounts."""
        self.to.offer((str(key), name) for key, name in colleagues)


class NewTaskForm(ToSomebody):
    """A task that a person raises."""

    words = TextField("What has to be done", [Required("Say what has to be done.")], longest=300)
    due_on = _due_on("Due on")


class DoneForm(PageForm):
    """A task is done."""

    note = LongTextField("What was done", longest=LONGEST)


class DropForm(PageForm):
    """Nobody has to do a task any more."""

    note = LongTextField(
        "Why nobody has to do it", [Required("Say why nobody has to do it any more.")],
        longest=LONGEST,
    )  # fmt: skip


class ReopenForm(PageForm):
    """A closed task is to be done after all."""

    note = LongTextField(
        "Why it is open again", [Required("Say why it is open again.")], longest=LONGEST
    )


class ReassignForm(ToSomebody):
    """A task goes to somebody else."""

    note = LongTextField("What they need to know", longest=LONGEST)


class PostponeForm(PageForm):
    """A task gets another day."""

    due_on = _due_on("New day")
    note = LongTextField("Why it can wait", [Required("Say why it can wait.")], longest=LONGEST)
