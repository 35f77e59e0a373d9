"""The rules in force: which rule set, who signed it, how the practice changed its days."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from dashboard.clearance.models import RuleSetSigning, ValidityChange
from dashboard.clinical import clearance
from dashboard.clinical.clearance import RuleSet, Tier
from dashboard.clinical.clearance.judgement import OF_ONE_DAY
from dashboard.clinical.clearance.kind_files import with_days
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal

STATEMENT = (
    "I have read these rules and take responsibility for using them at this practice as they stand."
)
MOST_DAYS = 3650  # as the longest period that is shipped
Days = dict[tuple[str, Tier], int]


class CannotChange(Refusal):
    """These days cannot be changed so. Nothing was changed."""

    status = 422
    heading = "The days stay as they are"
    advice = "Name a kind with days, another number than now, and a reason."


@dataclass(frozen=True)
class Mark:
    """What a judgement is kept under. Other rules, other days or a signature make another."""

    text: str
    is_signed: bool


def mark() -> Mark:
    """Return the mark of the rules as they stand now; what is kept under another is not known."""
    shipped = clearance.ruleset()
    changes = sa.select(sa.func.count()).where(ValidityChange.ruleset == shipped.version)
    signed = sa.exists().where(
        RuleSetSigning.ruleset == shipped.version, RuleSetSigning.sha256 == shipped.sha256
    )
    count, is_signed = db.session.execute(sa.select(changes.scalar_subquery(), signed)).one()
    word = "signed" if is_signed else "unsigned"
    return Mark(f"{shipped.version} {shipped.sha256[:8]} {count} {word}", bool(is_signed))


def rules(extra: Days | None = None) -> RuleSet:
    """Return the rule set in force with the practice's own days, and a preview's days over them."""
    shipped = clearance.ruleset()
    changes = {**changed_days(), **(extra or {})}
    if not changes:
        return shipped
    return replace(shipped, validities=with_days(shipped.validities, changes=changes))


def changed_days() -> Days:
    """Return the practice's own days; the newest change of a kind and tier counts."""
    changes = db.session.scalars(
        sa.select(ValidityChange)
        .where(ValidityChange.ruleset == clearance.ruleset().version)
        .order_by(ValidityChange.changed_at, ValidityChange.id)
    )
    return {(one.validity_kind, Tier(one.tier)): one.days for one in changes}


def signing() -> RuleSetSigning | None:
    """Return the newest signature under exactly the rule set in force, or None: it gates nothing.

    A file changed since the signature has another digest, and the signature is not for it.
    """
    shipped = clearance.ruleset()
    return db.session.scalar(
        sa.select(RuleSetSigning)
        .where(RuleSetSigning.ruleset == shipped.version, RuleSetSigning.sha256 == shipped.sha256)
        .order_by(RuleSetSigning.signed_at.desc())
        .limit(1)
    )


def sign(
    *, by_id: uuid.UUID, name: str, zone: str, at: dt.datetime | None = None
) -> RuleSetSigning:
    """Put the shipped rule set in force, as a physician of the practice."""
    shipped = clearance.ruleset()
    signed = RuleSetSigning(
        id=new_id(), ruleset=shipped.version, sha256=shipped.sha256, statement=STATEMENT,
        signed_by_id=by_id, signed_name=name, signed_at=at or now(), zone_name=zone,
    )  # fmt: skip
    db.session.add(signed)
    return signed


def change_days(
    kind: str, tier: Tier, *, days: int, reason: str, by_id: uuid.UUID, name: str
) -> ValidityChange:
    """Change how long a kind of finding stays valid in a tier; raise `CannotChange`.

    What counts on its own day only is no policy: the law and the session ask for that day.
    """
    former = days_of(kind, tier)
    if kind in OF_ONE_DAY or former is None or days == former or not 0 <= days <= MOST_DAYS:
        raise CannotChange
    change = ValidityChange(
        id=new_id(), ruleset=clearance.ruleset().version, validity_kind=kind, tier=tier.value,
        former_days=former, days=days, reason=reason, changed_by_id=by_id, changed_by_name=name,
        changed_at=now(),
    )  # fmt: skip
    db.session.add(change)
    return change


def days_of(kind: str, tier: Tier) -> int | None:
    """Return the days in force of a kind in a tier; None where it has none."""
    validity = rules().validities.get(kind)
    return validity.for_tier(tier) if validity else None


def history() -> Sequence[ValidityChange]:
    """Return every change of days, newest first."""
    query = sa.select(ValidityChange).order_by(ValidityChange.changed_at.desc())
    return db.session.scalars(query).all()
