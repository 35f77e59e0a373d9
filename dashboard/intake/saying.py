"""Answers in words: for reading, for paper, and to tell two texts apart.

What was not answered is said to be so; "not asked", "declined" and "unknown" are said as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dashboard.intake import answers, partial
from dashboard.intake.answers import Amount, Answer, Content, Plain, Sent
from dashboard.intake.definition import Choice, Day, Field, Rows, Section, Unsaid
from dashboard.intake.typed import words_of

NOTHING = "No answer"
HIDDEN = "Recorded, hidden"
UNSAID_WORDS = {
    Unsaid.NOT_ASKED: "Not asked",
    Unsaid.DECLINED: "Declined to answer",
    Unsaid.UNKNOWN: "Unknown",
}


@dataclass(frozen=True)
class Line:
    """One answer as it is read. `kind`: stated, unsaid or empty; lists have `entries`.

    `origin` names the questionnaire when the patient gave the answer by link.
    """

    label: str
    words: str
    kind: str
    on: str = ""
    entries: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True)
class Difference:
    """One field in which two texts of a section differ."""

    label: str
    theirs: str
    yours: str


def lines(section: Section, content: Content, *, shows_weight: bool) -> tuple[Line, ...]:
    """Write a section's answers, field by field; optional ones without an answer are left out.

    What the patient is quoted with comes last.
    """
    return tuple(
        _line(field, content.get(field.key), is_hidden=section.is_blind and not shows_weight)
        for field in section.fields
        if field.key in content or (field.is_needed and not field.needed_if)
    ) + quotations(content)


def quotations(content: Content) -> tuple[Line, ...]:
    """Return the answers sent by link that a section quotes, in the order they were asked."""
    return tuple(
        Line("Patient", str(one.value), "stated", one.on.isoformat(), origin=origin(sent))
        for one, sent in answers.quoted(content)
    )


def origin(sent: Sent) -> str:
    """Say which question of which questionnaire an answer comes from, and its day."""
    return f"{sent.name} question {sent.item}, {partial.stored(sent.on.isoformat()).words}"


def differences(
    section: Section, theirs: Content, yours: Mapping[str, Plain | Unsaid]
) -> tuple[Difference, ...]:
    """Return the fields that differ; what a blind section holds is told of, not shown."""
    return tuple(_differences(section, theirs, yours))


def _differences(
    section: Section, theirs: Content, yours: Mapping[str, Plain | Unsaid]
) -> Iterator[Difference]:
    for field in section.asked:
        stored, typed = theirs.get(field.key), yours.get(field.key)
        if (stored.value if stored else None) == typed:
            continue
        texts = [stored.value if stored else None, typed]
        if section.is_blind:
            yield Difference(field.label, *(HIDDEN if t is not None else NOTHING for t in texts))
        else:
            yield Difference(field.label, *(value_words(field, text) for text in texts))


def value_words(field: Field, value: Plain | Unsaid | None) -> str:
    """Write one value on one line, or a list with its entries line by line."""
    if value is None:
        return NOTHING
    if isinstance(value, Unsaid):
        return UNSAID_WORDS[value]
    if value == ():
        return "Asked, none"
    if isinstance(field, Rows) and isinstance(value, tuple):
        return "\n".join(_entries(field, value))
    if isinstance(value, tuple):
        return ", ".join(one for one in value if isinstance(one, str))
    return _plain(field, value)


def _line(field: Field, answer: Answer | None, *, is_hidden: bool) -> Line:
    if answer is None:
        return Line(field.label, NOTHING, "empty")
    on = answer.on.isoformat()
    whence = origin(answer.sent) if answer.sent else ""
    if isinstance(answer.value, Unsaid):
        return Line(field.label, UNSAID_WORDS[answer.value], "unsaid", on, origin=whence)
    if is_hidden:
        return Line(field.label, HIDDEN, "stated", on)
    if isinstance(field, Rows) and isinstance(answer.value, tuple) and answer.value:
        return Line(field.label, "", "stated", on, tuple(_entries(field, answer.value)))
    return Line(field.label, value_words(field, answer.value), "stated", on, origin=whence)


def _entries(rows: Rows, value: tuple[str, ...] | tuple[Mapping[str, Plain], ...]) -> Iterator[str]:
    for row in value:
        if isinstance(row, Mapping):
            yield "; ".join(
                f"{column.label}: {_plain(column, row[column.key])}"
                for column in rows.columns
                if column.key in row
            )


def _plain(field: Field, value: Plain) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Amount):
        words = words_of(value)
        if not value.is_questioned:
            return words
        return f"{words} ({'unusual, confirmed' if value.is_sure else 'in question'})"
    if isinstance(field, Day) and isinstance(value, str):
        return partial.stored(value).words
    if isinstance(field, Choice) and isinstance(value, str):
        return next((o.words for o in field.options if o.value == value), value)
    return str(value)
