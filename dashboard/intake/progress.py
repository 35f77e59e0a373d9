"""How far a section is: not started, in progress, incomplete with its gaps by name, done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from dashboard.intake.answers import Amount, Content
from dashboard.intake.definition import Field, Rows, Section


class State(StrEnum):
    """Where a section stands."""

    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    INCOMPLETE = "incomplete"
    DONE = "done"


@dataclass(frozen=True)
class Gap:
    """One answer that is still needed, or a number that is still in question."""

    field: str
    words: str


@dataclass(frozen=True)
class Progress:
    """A section's state and what it lacks. `is_draft` says that unsaved text waits on its page."""

    state: State
    gaps: tuple[Gap, ...] = ()
    answered: int = 0
    asked: int = 0


def of(section: Section, content: Content | None, *, was_left: bool = True) -> Progress:
    """Judge a section by its answers; None says that it was never saved.

    In progress is a section whose writer saved it to go on there; once it was left with gaps it
    is incomplete.
    """
    if content is None:
        return Progress(State.NOT_STARTED, asked=len(needed(section, {})))
    asked = needed(section, content)
    gaps = tuple(_gaps(section, content))
    answered = sum(field.key in content for field in asked)
    if not gaps:
        return Progress(State.DONE, (), answered, len(asked))
    state = State.INCOMPLETE if was_left else State.IN_PROGRESS
    return Progress(state, gaps, answered, len(asked))


def needed(section: Section, content: Content) -> tuple[Field, ...]:
    """Return the fields a section needs, given what was answered."""
    return tuple(field for field in section.fields if _is_needed(field, content))


def _is_needed(field: Field, content: Content) -> bool:
    if not field.needed_if:
        return field.is_needed
    ruling = content.get(field.needed_if)
    return ruling is not None and ruling.value == (field.needed_value or True)


def _gaps(section: Section, content: Content) -> Iterator[Gap]:
    for field in section.fields:
        if field.key not in content:
            if _is_needed(field, content):
                yield Gap(field.key, field.label)
        elif any(
            amount.is_questioned and not amount.is_sure for amount in _amounts(field, content)
        ):
            yield Gap(field.key, f"{field.label}: a number is in question")


def _amounts(field: Field, content: Content) -> Iterator[Amount]:
    value = content[field.key].value
    if isinstance(value, Amount):
        yield value
    elif isinstance(field, Rows) and isinstance(value, tuple):
        for row in value:
            if not isinstance(row, str):
                yield from (cell for cell in row.values() if isinstance(cell, Amount))
