"""Overrides of cautions: what one covers, for how long, when it needs a second clinician."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from dashboard.clearance.models import Override, OverrideReason
from dashboard.clinical.clearance import Judgement, Purpose, Tier, Verdict
from dashboard.clinical.clearance.judgement import RuleVerdict
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.findings.actions import canonical

LASTS_DAYS = 14  # clearance decisions section 1: the default of an override, practice policy
LEAST_LETTERS = 30
SECOND_FROM = 2  # overrides at T2 and T3 from which a second clinician is needed


class NotACaution(Refusal):
    """Only a caution that holds now can be overridden; a stop never can. Nothing was changed."""

    status = 422
    heading = "This cannot be overridden"
    advice = "Read what would clear it on the clearance page."


class TooLong(Refusal):
    """An override ends within its days and with the finding it rests on. Nothing was changed."""

    status = 422
    heading = "The override would last too long"
    advice = "Choose an earlier day."


class SaysTooLittle(Refusal):
    """An override says why, in 30 characters or more, and what will be different."""

    status = 422
    heading = "The reason is too short"
    advice = "Say why you go ahead, and what will be different."


class NeedsAnother(Refusal):
    """The second clinician is somebody else than who made the override. Nothing was changed."""

    status = 403
    heading = "A second clinician has to agree"
    advice = "Ask a colleague who treats this patient."


class Ended(Refusal):
    """This override has ended. Nothing was changed."""

    status = 409
    heading = "The override has ended"
    advice = "Make a new one if the caution still holds."


def seen(verdict: RuleVerdict) -> str:
    """Return a digest of what a rule saw: a newer finding of it makes another."""
    rests_on = sorted(
        [one.kind, one.on.isoformat(), one.entered, one.origin] for one in verdict.beside
    )
    text = json.dumps([verdict.rule.id, _words(verdict), rests_on], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def latest_day(verdict: RuleVerdict, *, today: dt.date) -> dt.date:
    """Return the last day an override may have: 14 days, never past the finding's validity."""
    most = today + dt.timedelta(days=LASTS_DAYS)
    return most if verdict.valid_until is None else min(most, verdict.valid_until)


def make(
    patient_id: uuid.UUID,
    verdict: RuleVerdict,
    *,
    ruleset: str,
    purpose: Purpose | None,
    reason_kind: OverrideReason,
    reason: str,
    difference: str,
    expires_on: dt.date,
    today: dt.date,
    by_id: uuid.UUID,
    by_name: str,
) -> Override:
    """Override one caution as the prescriber; `purpose` None is for activation and sessions.

    Raise `NotACaution`, `SaysTooLittle` or `TooLong`.
    """
    if verdict.verdict is not Verdict.CAUTION or not verdict.fires or verdict.rule.is_hard:
        raise NotACaution
    if len(reason.strip()) < LEAST_LETTERS or not difference.strip():
        raise SaysTooLittle
    if not today <= expires_on <= latest_day(verdict, today=today):
        raise TooLong
    override = Override(
        id=new_id(), patient_id=patient_id, rule_id=verdict.rule.id,
        variable=verdict.rule.variable, ruleset=ruleset, purpose=purpose, seen=seen(verdict),
        value_words=_words(verdict)[:200], reason_kind=reason_kind, reason=reason.strip(),
        difference=difference.strip(), made_by_id=by_id, made_by_name=by_name, made_at=now(),
        expires_on=expires_on,
    )  # fmt: skip
    db.session.add(override)
    return override


def agree(override: Override, *, by_id: uuid.UUID, by_name: str) -> None:
    """Agree to an override as the second clinician."""
    if override.ended_at is not None or override.second_at is not None:
        raise Ended
    if override.made_by_id == by_id:
        raise NeedsAnother
    override.second_by_id, override.second_by_name, override.second_at = by_id, by_name, now()


def end(override: Override, *, by_id: uuid.UUID, reason: str) -> None:
    """End an override before its day."""
    if override.ended_at is not None:
        raise Ended
    override.ended_at, override.ended_by_id, override.end_reason = now(), by_id, reason


def of_patient(patient_id: uuid.UUID) -> Sequence[Override]:
    """Return every override of a patient, newest first."""
    query = sa.select(Override).where(Override.patient_id == patient_id)
    return db.session.scalars(query.order_by(Override.made_at.desc(), Override.id)).all()


def covering(
    judged: Judgement, overrides: Iterable[Override], *, on: dt.date
) -> Mapping[str, Override]:
    """Return rule id -> the override that covers its caution, whether agreed to or not yet."""
    cautions = {one.rule.id: seen(one) for one in judged.cautions}
    found: dict[str, Override] = {}
    for one in overrides:
        if (
            one.ended_at is None
            and one.expires_on >= on
            and one.ruleset == judged.ruleset
            and is_for(one, judged.purpose)
            and cautions.get(one.rule_id) == one.seen
        ):
            found.setdefault(one.rule_id, one)
    return found


def is_for(override: Override, purpose: Purpose) -> bool:
    """Whether an override is for a purpose; for a prescription only one that names it is."""
    if override.purpose is None:
        return purpose is not Purpose.PRESCRIPTION
    return override.purpose is purpose


def needs_second(judged: Judgement, covered: Mapping[str, Override]) -> bool:
    """Whether the overrides in force need a second clinician: two or more at tier T2 or T3."""
    return is_second_needed(judged.tier, count=len(covered))


def is_second_needed(tier: Tier, *, count: int) -> bool:
    """Whether so many overrides in force at a tier need a second clinician."""
    return tier in {Tier.T2, Tier.T3} and count >= SECOND_FROM


def open_cautions(judged: Judgement, covered: Mapping[str, Override]) -> tuple[RuleVerdict, ...]:
    """Return the cautions that still wait for the prescriber, or for the second clinician."""
    wants_second = needs_second(judged, covered)
    return tuple(
        one
        for one in judged.cautions
        if one.verdict is Verdict.CAUTION
        and (
            one.rule.id not in covered or (wants_second and covered[one.rule.id].second_at is None)
        )
    )


def _words(verdict: RuleVerdict) -> str:
    return canonical(verdict.value) if verdict.value is not None else ""
