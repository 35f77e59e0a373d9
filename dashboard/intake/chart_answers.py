"""Answers that the patient's chart holds: contacts, emergency contact, allergies.

They are shown in the intake and changed from it, and they stand once: on the chart, with its
history. Only a signed intake keeps what the chart said then, for that is what was signed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import TypeAlias

from dashboard.intake.answers import Answer, Content, Plain
from dashboard.intake.definition import Field, Section, Shown, Unsaid
from dashboard.intake.typed import UNSAID
from dashboard.patients import allergy_list, details
from dashboard.patients.allergy_list import Allergy
from dashboard.patients.details import Details
from dashboard.patients.models import Allergies

ALLERGIES = "allergies"
DETAILS = frozenset(field.name for field in fields(Details))
KEEP_OR_SAY = (
    "The chart lists allergies. Keep them, or choose why there are none to write: None, not asked, "
    "declined or unknown."
)
Values: TypeAlias = "Mapping[str, Plain | Unsaid]"


def overlaid(section: Section, content: Content, on_chart: Details, *, today: dt.date) -> Content:
    """Return a section's answers with what the chart says now in their places."""
    told = {
        field.key: Answer(value, today)
        for field in section.on_chart
        if (value := _value(field, on_chart)) is not None
    }
    return MappingProxyType({**content, **told}) if told else content


def kept(section: Section, content: Content) -> Content:
    """Return what the intake itself keeps: no second copy of what the chart holds."""
    held = {field.key for field in section.on_chart}
    return MappingProxyType(
        {key: one for key, one in content.items() if key not in held or not one.is_stated}
    )


def changed(section: Section, on_chart: Details, values: Values) -> Details:
    """Return the chart's details as a section's answers say them."""
    new: dict[str, str] = {}
    for field in section.on_chart:
        answer = values.get(field.key)
        if isinstance(field, Shown) or answer == _value(field, on_chart):
            continue
        if field.chart == ALLERGIES:
            on_chart = _with_allergies(on_chart, answer)
        else:
            new[field.chart] = answer if isinstance(answer, str) and _is_said(answer) else ""
    return replace(on_chart, **new)  # type: ignore[arg-type] # every one of these details is a text


def problems(section: Section, on_chart: Details, values: Values) -> Iterator[tuple[str, str]]:
    """Return what the chart cannot hold, by input."""
    for field in section.on_chart:
        if field.chart == ALLERGIES:
            yield from _of_allergies(field.key, on_chart, values.get(field.key))


def stood(section: Section, on_chart: Details) -> str:
    """Return a digest of what the chart says here; "" for a section that the chart has no part in.

    A form that was opened on another digest is not saved over what changed meanwhile.
    """
    if not section.on_chart:
        return ""
    text = details.packed({f.key: repr(_value(f, on_chart)) for f in section.on_chart})
    return hashlib.sha256(text.encode()).hexdigest()


def _value(field: Field, on_chart: Details) -> Plain | None:
    """Return what the chart says of a field; None where it says nothing."""
    if field.chart not in DETAILS:
        raise LookupError(f"{field.key}: the chart has no detail {field.chart}")
    if field.chart == ALLERGIES:
        return _allergies(on_chart)
    written = on_chart.written()[field.chart]
    if not written:
        return None
    return details.said(field.chart, written) if isinstance(field, Shown) else written


def _allergies(on_chart: Details) -> Plain | None:
    if on_chart.allergies is Allergies.NOT_ASKED:
        return None
    return tuple(
        {
            key: words
            for key, words in (
                ("to", one.substance), ("reaction", one.reaction), ("severity", one.severity)
            )
            if words
        }
        for one in allergy_list.read(on_chart.allergies_text)
    )  # fmt: skip


def _with_allergies(on_chart: Details, answer: Plain | Unsaid | None) -> Details:
    if not isinstance(answer, tuple):
        return replace(on_chart, allergies=Allergies.NOT_ASKED, allergies_text="")
    if not answer:
        return replace(on_chart, allergies=Allergies.NONE_KNOWN, allergies_text="")
    line = allergy_list.written(_entries(answer))
    return replace(on_chart, allergies=Allergies.LISTED, allergies_text=line)


def _entries(answer: tuple[str, ...] | tuple[Mapping[str, Plain], ...]) -> Iterator[Allergy]:
    for row in answer:
        if isinstance(row, Mapping):
            texts = (str(row.get(key, "")) for key in ("to", "reaction", "severity"))
            yield Allergy(*texts)


def _of_allergies(
    key: str, on_chart: Details, answer: Plain | Unsaid | None
) -> Iterator[tuple[str, str]]:
    if answer is None and on_chart.allergies is Allergies.LISTED:
        yield key + UNSAID, KEEP_OR_SAY
    if isinstance(answer, tuple):
        try:
            allergy_list.written(_entries(answer))
        except ValueError as problem:
            yield key + UNSAID, str(problem)


def _is_said(answer: str) -> bool:
    return not isinstance(answer, Unsaid)
