"""A physician's acts on what the patient sent: accept one answer, set it aside, take that back.

Nothing enters an intake by itself, and nothing that somebody wrote is replaced unseen. What a
section said before stays in its revisions. Nothing here commits.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.intake import actions, answers
from dashboard.intake.answers import Answer, Content
from dashboard.intake.models import Evaluation, EvaluationSection, EvaluationSectionRevision
from dashboard.intake.offers import Decision, Offer, SentAhead


class NotOffered(Refusal):
    """This answer is not offered: another one replaced it, or it does not count any more."""

    status = 409
    heading = "This answer is not offered any more"
    advice = "Go back to what the patient sent and look again. Nothing was changed."


class SaysOtherwise(Refusal):
    """The intake says something else there than when you looked. Nothing was changed."""

    status = 409
    heading = "The intake was changed meanwhile"
    advice = "Go back to what the patient sent and compare both answers again."


class ChangedSince(Refusal):
    """The field was changed after the patient's answer was accepted; it is the physician's now."""

    status = 409
    heading = "The field was changed since"
    advice = "Change the field in its section. Nothing was changed here."


def found(sent: SentAhead, key: str) -> Offer:
    """Return the offer of this intake with a key; raise `NotOffered`."""
    for one in sent.offers:
        if one.key == key:
            return one
    raise NotOffered


def accept(
    evaluation: Evaluation,
    saved: Mapping[str, EvaluationSection],
    offer: Offer,
    *,
    seen: str,
    by_id: uuid.UUID,
) -> None:
    """Take one answer into its section, with the patient's day; `seen` is what was there.

    Raise `SaysOtherwise` when something else is there now. A second time does nothing.
    """
    actions.refuse_closed(evaluation)
    if offer.decision.is_taken:
        return
    if offer.seen != seen:
        raise SaysOtherwise
    if offer.field is None:
        new = {offer.key: Answer(offer.value, offer.sent.on, offer.sent)}
    else:
        new = {
            offer.field.key: Answer(offer.value, offer.sent.on, offer.sent),
            offer.key: Answer(Decision.ACCEPTED.value, offer.sent.on, offer.sent),
        }
    _write(evaluation, saved, offer, {**_content(saved, offer), **new}, by_id=by_id)


def set_aside(
    evaluation: Evaluation,
    saved: Mapping[str, EvaluationSection],
    offer: Offer,
    *,
    by_id: uuid.UUID,
) -> None:
    """Note that an answer stays out of the intake; it stays in the chart. Twice does nothing."""
    actions.refuse_closed(evaluation)
    if offer.decision in {Decision.OPEN, Decision.SAME}:
        aside = Answer(Decision.SET_ASIDE.value, offer.sent.on, offer.sent)
        content = {**_content(saved, offer), offer.key: aside}
        _write(evaluation, saved, offer, content, by_id=by_id)


def undo(
    evaluation: Evaluation,
    saved: Mapping[str, EvaluationSection],
    offer: Offer,
    *,
    by_id: uuid.UUID,
) -> None:
    """Take a decision back: a field says again what it said before. Twice does nothing.

    Raise `ChangedSince` when somebody changed the field after it was accepted.
    """
    actions.refuse_closed(evaluation)
    content = dict(_content(saved, offer))
    if offer.key not in content:
        return
    if offer.was_changed:
        raise ChangedSince
    if offer.decision is Decision.ACCEPTED and offer.field is not None:
        before = _before(saved[offer.section.key], offer.key).get(offer.field.key)
        del content[offer.field.key]
        if before is not None:
            content[offer.field.key] = before
    del content[offer.key]
    _write(evaluation, saved, offer, content, by_id=by_id)


def _content(saved: Mapping[str, EvaluationSection], offer: Offer) -> Content:
    section = saved.get(offer.section.key)
    return answers.read(section.content) if section else answers.EMPTY


def _write(
    evaluation: Evaluation,
    saved: Mapping[str, EvaluationSection],
    offer: Offer,
    content: Content,
    *,
    by_id: uuid.UUID,
) -> None:
    section = saved.get(offer.section.key)
    actions.save(
        evaluation, section, key=offer.section.key, content=content,
        was_left=section.was_left if section else True, by_id=by_id,
    )  # fmt: skip


def _before(section: EvaluationSection, key: str) -> Content:
    """Return what a section said before a decision; empty when it was the first thing said."""
    former = EvaluationSectionRevision
    texts = db.session.scalars(
        sa.select(former.content)
        .where(former.evaluation_id == section.evaluation_id, former.key == section.key)
        .order_by(former.version.desc())
    )
    for text in texts:
        content = answers.read(text)
        if key not in content:
            return content
    return answers.EMPTY
