"""How often each rule is overridden: what a practice overrides more often than not is reviewed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.actor import seeing_every_patient
from dashboard.clearance import cells
from dashboard.clearance.models import Override, Readiness
from dashboard.db import db


@dataclass(frozen=True)
class RuleCount:
    """One caution of the practice: in how many patients it holds now and is overridden now.

    `ever` is how often it was ever overridden. It names nobody.
    """

    holds: int
    overridden: int
    ever: int

    @property
    def is_often(self) -> bool:
        """Whether more than half are overridden: the rule, or the practice, is looked at again."""
        return self.overridden * 2 > self.holds

    @property
    def words(self) -> str:
        """The numbers in a few words."""
        return f"Overridden in {self.overridden} of {self.holds} now, {self.ever} times in all"


def counts() -> Mapping[str, RuleCount]:
    """Return the cautions that hold somewhere now or were ever overridden, by rule id."""
    holds: Counter[str] = Counter()
    overridden: Counter[str] = Counter()
    with seeing_every_patient():
        for text in db.session.scalars(sa.select(Readiness.content)):
            for rule_id, is_covered in cells.cautions(text).items():
                holds[rule_id] += 1
                overridden[rule_id] += is_covered
        query = sa.select(Override.rule_id, sa.func.count()).group_by(Override.rule_id)
        ever = {rule_id: number for rule_id, number in db.session.execute(query)}
    return {
        rule_id: RuleCount(holds[rule_id], overridden[rule_id], ever.get(rule_id, 0))
        for rule_id in sorted({*holds, *ever})
    }
