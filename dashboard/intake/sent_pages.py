"""What the patient sent as its page shows it: plain words, section by section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from dashboard import formats
from dashboard.intake import saying
from dashboard.intake.answers import Answer, Content
from dashboard.intake.offers import Decision, Offer, SentAhead

PAINS = (("psychiatric", "conditions", "chronic pain"), ("symptoms", "systems", "pain"))


@dataclass(frozen=True)
class Line:
    """One answer sent. `present` is what the field says instead, "" when it says nothing."""

    anchor: str
    decide: str
    key: str
    question: str
    said: str
    origin: str
    response_ref: str
    becomes: str
    beside: str
    reason: str
    present: str
    decision: str
    section_key: str
    section: str
    may_undo: bool


@dataclass(frozen=True)
class Group:
    """The open answers of one section."""

    key: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Page:
    """Everything sent: what is open, what was decided, what does not count any more."""

    groups: tuple[Group, ...]
    same: tuple[Line, ...]
    decided: tuple[Line, ...]
    stale: tuple[str, ...]
    open: int


@dataclass(frozen=True)
class Beside:
    """What stands beside a section's form: how much is open, and what of it is for this section."""

    open: int
    here: tuple[Line, ...]
    stale: tuple[str, ...]
    total: int


def beside(found: SentAhead, section_key: str = "") -> Beside:
    """Return what the panel beside a form shows."""
    here = tuple(line(one) for one in found.of(section_key))
    return Beside(len(found.open), here, stale(found), len(found.offers))


def page(found: SentAhead) -> Page:
    """Return what the page shows."""
    lines = {one.key: line(one) for one in found.offers}
    groups = tuple(
        Group(section.key, section.title, tuple(lines[one.key] for one in ones))
        for section, ones in groupby(found.open, key=lambda one: one.section)
    )
    return Page(
        groups,
        tuple(lines[one.key] for one in found.offers if one.decision is Decision.SAME),
        tuple(lines[one.key] for one in found.offers
              if one.decision.is_taken or one.decision is Decision.SET_ASIDE),
        stale(found),
        len(found.open),
    )  # fmt: skip


def line(offer: Offer) -> Line:
    """Return one answer in words."""
    sent = offer.sent
    return Line(
        anchor=anchor(offer),
        decide=f"{offer.key}~{offer.seen}",
        key=offer.key,
        question=sent.question,
        said=sent.said,
        origin=saying.origin(sent),
        response_ref=sent.response,
        becomes=saying.value_words(offer.field, offer.value) if offer.field else "",
        beside=offer.beside,
        reason=offer.reason,
        present=_present(offer),
        decision=f"{offer.decision.value}, changed since" if offer.was_changed
        else offer.decision.value,
        section_key=offer.section.key,
        section=offer.section.title,
        may_undo=not offer.was_changed,
    )  # fmt: skip


def stale(found: SentAhead) -> tuple[str, ...]:
    """Return what was accepted and comes from a response that does not count any more."""
    return tuple(f"“{one.question}” {one.said} ({saying.origin(one)})" for one in found.stale)


def anchor(offer: Offer) -> str:
    """Return the place of an answer on the page."""
    return re.sub(r"[^a-z0-9_]+", "-", offer.key.lower()).strip("-")


def has_pain(contents: Mapping[str, Content]) -> bool:
    """Whether the intake says that the patient has pain."""
    return any(
        word in _several(contents.get(section, {}).get(field)) for section, field, word in PAINS
    )


def _several(answer: Answer | None) -> tuple[object, ...]:
    return answer.value if answer is not None and isinstance(answer.value, tuple) else ()


def _present(offer: Offer) -> str:
    if not offer.is_conflict or offer.field is None or offer.present is None:
        return ""
    words = saying.value_words(offer.field, offer.present.value)
    whose = "from the patient" if offer.present.sent else "written here"
    return f"{words} ({whose}, {formats.day(offer.present.on)})"
