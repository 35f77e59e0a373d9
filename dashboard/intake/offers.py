"""What the patient sent by link, question by question, and what it could answer in an intake.

Only responses that count: one that was corrected or entered in error is not offered, and what was
accepted of it before is named.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from dashboard.checkins.models import CheckInAnswer
from dashboard.clinical.instruments import Instrument
from dashboard.clinical.items import Item
from dashboard.db import db
from dashboard.intake import answers
from dashboard.intake.answers import ASIDE, QUOTED, SENT, Answer, Content, Plain, Sent
from dashboard.intake.correspondences import Match, matches, place
from dashboard.intake.definition import Field, Section, Unsaid
from dashboard.intake.models import Evaluation
from dashboard.intake.sections import BY_KEY, SECTIONS
from dashboard.scores.models import Mode, Response
from dashboard.scores.shelf import scored_with

BEFORE_DAYS = 30  # an answer so shortly before the intake is one for it
LONGEST_DAYS = 366  # no questionnaire is asked more rarely than yearly
FIRST = "risk"  # the section that is looked at before all others
PREFERRED_NOT = "preferred not to answer"
_LATER = aliased(Response)


class Decision(StrEnum):
    """What became of an answer sent."""

    OPEN = "open"
    SAME = "says the same"
    ACCEPTED = "accepted"
    QUOTED = "quoted"
    SET_ASIDE = ASIDE

    @property
    def is_taken(self) -> bool:
        """Whether it stands in the intake."""
        return self in {Decision.ACCEPTED, Decision.QUOTED}


@dataclass(frozen=True)
class Given:
    """One answer that the patient gave by link; None is "preferred not to answer"."""

    sent: Sent
    value: int | None


@dataclass(frozen=True)
class Offer:
    """One answer sent and one thing it could become: a field's answer, or a quotation.

    `present` is what the field says now.
    """

    key: str
    section: Section
    field: Field | None
    beside: str
    reason: str
    value: Plain | Unsaid
    sent: Sent
    decision: Decision
    present: Answer | None

    @property
    def seen(self) -> str:
        """A digest of what the field says now: a change behind the page is noticed."""
        if self.present is None:
            return ""
        text = answers.written({self.key: self.present})
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def is_conflict(self) -> bool:
        """Whether accepting would replace what somebody wrote."""
        return self.decision is Decision.OPEN and self.present is not None

    @property
    def was_changed(self) -> bool:
        """Whether the field no longer says what was accepted."""
        is_here = self.present is not None and self.present.sent == self.sent
        return self.decision is Decision.ACCEPTED and not is_here


@dataclass(frozen=True)
class SentAhead:
    """Everything the patient sent for an intake; `stale` was accepted and does not count now."""

    offers: tuple[Offer, ...]
    stale: tuple[Sent, ...] = ()

    @property
    def open(self) -> tuple[Offer, ...]:
        """What nobody decided on yet."""
        return tuple(one for one in self.offers if one.decision is Decision.OPEN)

    def of(self, section_key: str) -> tuple[Offer, ...]:
        """Return what is open for one section."""
        return tuple(one for one in self.open if one.section.key == section_key)


def sent_ahead(evaluation: Evaluation, contents: Mapping[str, Content]) -> SentAhead:
    """Return what the patient sent for an open intake: risk first, then by section."""
    taken = _taken(contents)
    rows = _rows(evaluation, {one.response for one in taken})
    counting = {row.ref for row, is_replaced in rows
                if not is_replaced and row.entered_in_error_at is None}  # fmt: skip
    offered = [row for row, _ in rows if row.ref in counting and row.mode is Mode.PHONE]
    found = [
        offer
        for one in _given(_newest(offered, begun=evaluation.begun_at))
        for offer in offers_of(one, contents)
    ]
    order = {section.key: at for at, section in enumerate(SECTIONS)} | {FIRST: -1}
    found.sort(key=lambda one: (order[one.section.key], one.field is None))
    return SentAhead(tuple(found), tuple(s for s in taken if s.response not in counting))


def offers_of(given: Given, contents: Mapping[str, Content]) -> Iterator[Offer]:
    """Return what one answer could become: the fields it answers, and a quotation."""
    says_all = False
    for match in matches(given.sent.instrument, given.sent.item):
        value = _value(match, given.value)
        if value is not None:
            says_all = says_all or match.says_all
            yield _field_offer(match, value, given, contents)
    beside = place(given.sent.instrument, given.sent.item)
    if beside is not None and not says_all:
        section = BY_KEY[beside.section]
        key = _key(given.sent, QUOTED[1:])
        yield Offer(
            key, section, None, section.field(beside.field).label, beside.reason,
            f"“{given.sent.question}” {given.sent.said}", given.sent,
            _decision(contents.get(section.key, answers.EMPTY), key), None,
        )  # fmt: skip


def _value(match: Match, answer: int | None) -> Plain | Unsaid | None:
    if answer is None:
        return Unsaid.DECLINED if match.says_all else None
    return match.value(answer)


def _field_offer(
    match: Match, value: Plain | Unsaid, given: Given, contents: Mapping[str, Content]
) -> Offer:
    section = BY_KEY[match.section]
    content = contents.get(section.key, answers.EMPTY)
    key, present = _key(given.sent, match.field), content.get(match.field)
    decision = _decision(content, key)
    if decision is Decision.OPEN and present is not None and present.value == value:
        decision = Decision.SAME
    field = section.field(match.field)
    return Offer(
        key, section, field, field.label, match.reason, value, given.sent, decision, present
    )


def _key(sent: Sent, field: str) -> str:
    return f"{SENT}{sent.response}/{sent.item}/{field}"


def _decision(content: Content, key: str) -> Decision:
    if key not in content:
        return Decision.OPEN
    if key.endswith(QUOTED) and content[key].value != Decision.SET_ASIDE:
        return Decision.QUOTED
    return Decision(str(content[key].value))


def _taken(contents: Mapping[str, Content]) -> tuple[Sent, ...]:
    """Return the answers sent that stand in the intake."""
    found = {
        one.sent: None
        for content in contents.values()
        for key, one in content.items()
        if one.sent is not None
        and not (key.startswith(SENT) and one.value in {Decision.SET_ASIDE, Decision.ACCEPTED})
    }  # fmt: skip
    return tuple(found)


def _rows(evaluation: Evaluation, refs: set[str]) -> Sequence[tuple[Response, bool]]:
    """Return the responses since long before the intake, newest first, and whether replaced."""
    since = evaluation.begun_at - dt.timedelta(days=LONGEST_DAYS)
    is_replaced = sa.exists().where(
        _LATER.supersedes_id == Response.id, _LATER.entered_in_error_at.is_(None)
    )
    is_wanted = sa.and_(Response.mode == Mode.PHONE, Response.taken_at >= since)
    rows = db.session.execute(
        sa.select(Response, is_replaced)
        .where(
            Response.patient_id == evaluation.patient_id,
            sa.or_(is_wanted, Response.ref.in_(refs)),
        )
        .order_by(Response.taken_at.desc(), Response.id.desc())
    )
    return [(response, bool(replaced)) for response, replaced in rows]


def _newest(
    responses: Iterable[Response], *, begun: dt.datetime
) -> list[tuple[Response, Instrument]]:
    """Return the newest of each questionnaire that is recent enough for this intake."""
    found: dict[str, tuple[Response, Instrument]] = {}
    for response in responses:
        instrument = scored_with(response.instrument, response.version)
        if instrument is None or response.instrument in found:
            continue
        days = max(BEFORE_DAYS, instrument.administration.min_interval_days)
        if response.taken_at >= begun - dt.timedelta(days=days):
            found[response.instrument] = response, instrument
    return list(found.values())


def _given(found: Sequence[tuple[Response, Instrument]]) -> Iterator[Given]:
    days = _days([response for response, _ in found])
    for response, instrument in found:
        values: Mapping[str, int | None] = json.loads(response.answers)
        declined = frozenset(json.loads(response.declined))
        stem, zone = "", ZoneInfo(response.taken_zone)
        for item in instrument.items:
            stem = item.heading or stem
            value = values.get(item.id)
            if value is None and item.id not in declined:
                continue
            at = days.get((response.check_in_id, instrument.id, item.id), response.taken_at)
            yield Given(
                Sent(
                    response.ref, instrument.id, instrument.version, item.id, instrument.short,
                    _question(item, stem), _said(item, value), at.astimezone(zone).date(),
                ),
                value,
            )  # fmt: skip


def _days(
    responses: Sequence[Response],
) -> Mapping[tuple[uuid.UUID | None, str, str], dt.datetime]:
    """Return when each answer was given: a check-in may be sent days after it was begun."""
    asked = {one.check_in_id for one in responses if one.check_in_id is not None}
    if not asked:
        return {}
    rows = db.session.execute(
        sa.select(
            CheckInAnswer.check_in_id, CheckInAnswer.instrument, CheckInAnswer.item,
            CheckInAnswer.given_at,
        ).where(CheckInAnswer.check_in_id.in_(asked))
    )  # fmt: skip
    return {(row.check_in_id, row.instrument, row.item): row.given_at for row in rows}


def _question(item: Item, stem: str) -> str:
    return f"{stem} {item.text}".strip() if item.text else f"Question {item.id}"


def _said(item: Item, value: int | None) -> str:
    if value is None:
        return PREFERRED_NOT
    label = item.label_of(value)
    if item.scale.is_closed and label:
        return label
    if item.scale.unit:
        return f"{value} {item.scale.unit}"
    return f"{value}, of {item.lowest} to {item.highest}" + (f" ({label})" if label else "")
