"""Holds of plans and why: how often, of how many patients, by which cause and which rule.

How many there were is told of any group: a hold is a matter of safety. Only the share is withheld.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from dashboard import formats
from dashboard.clinical.courses import HoldCause, PlanAct
from dashboard.clinical.plan_rule_file import plan_rules
from dashboard.cohort.figures import Group, Line, Scope, Section, share
from dashboard.cohort.gathering import Gathered, Step

WORDS = (
    "Plans held in this period. A plan may be held more than once, and one hold may have several "
    "reasons. A hold for safety is the program at work, and no failure of anybody’s."
)
CLOSED = re.compile(r"Clearance closed\.(?: (?P<what>[^:.]{1,60}):)?")
CAUSES = {
    HoldCause.RULE: "By rule", HoldCause.TEAM_CONCERN: "A concern of the team",
    HoldCause.CONSENT_WITHDRAWN: "Consent withdrawn", HoldCause.HAND: "By hand",
}  # fmt: skip


def section(found: Gathered, scope: Scope, *, since: dt.datetime | None) -> Section:
    """Return how many plans were held, and why."""
    began = [one.id for one in scope.everybody if found.steps.get(one.id)]
    withheld = scope.withheld(began)
    mine = scope.ids
    holds = {key: kept for key in mine if (kept := _holds(found, key, since=since))}
    at_risk = mine.intersection(began)
    lines = (
        share("holds-patients", "Patients with a hold", _who(holds), n=len(holds),
              of=len(at_risk), withheld=withheld),
        Line("holds-all", "Holds", sum(map(len, holds.values())), patients=_who(holds)),
        *_causes(holds),
        *_rules(holds),
    )  # fmt: skip
    group = Group(
        "holds", "Holds", "of patients whose plan was ever activated or held", lines, withheld
    )
    return Section("holds", "Holds and their reasons", WORDS, (group,))


def named(reason: str) -> tuple[str, ...]:
    """Return the rules that a hold by the program names, in words."""
    labels = [
        rule.label
        for rule in plan_rules().values()
        if re.search(rf"(?:^|\s){re.escape(rule.label)}: ", reason)
    ]
    if closed := CLOSED.search(reason):
        what = closed["what"]
        labels.append(f"Clearance closed: {what}" if what else "Clearance closed")
    return tuple(labels) or ("Another reason, in its words",)


def _causes(holds: Mapping[uuid.UUID, Sequence[Step]]) -> list[Line]:
    """Return the holds by cause; a cause nobody gave is shown as 0."""
    lines = []
    for cause, label in CAUSES.items():
        these = {
            key: kept
            for key, steps in holds.items()
            if (kept := [one for one in steps if one.cause == cause])
        }
        number = sum(map(len, these.values()))
        key = f"holds-{cause.name.lower().replace('_', '-')}"
        lines.append(Line(key, label, number, patients=_who(these)))
    return lines


def _rules(holds: Mapping[uuid.UUID, Sequence[Step]]) -> list[Line]:
    found: dict[str, dict[uuid.UUID, list[Step]]] = defaultdict(lambda: defaultdict(list))
    for key, steps in holds.items():
        for one in steps:
            for label in named(one.reason) if one.is_by_program else ():
                found[label][key].append(one)
    ordered = sorted(found, key=lambda label: (-sum(map(len, found[label].values())), label))
    return [
        Line(f"holds-reason-{number}", f"Reason: {label}", sum(map(len, found[label].values())),
             patients=_who(found[label]))
        for number, label in enumerate(ordered, 1)
    ]  # fmt: skip


def _holds(found: Gathered, key: uuid.UUID, *, since: dt.datetime | None) -> list[Step]:
    return [
        one
        for one in found.steps.get(key, ())
        if one.act is PlanAct.HOLD and (since is None or one.at >= since)
    ]


def _who(holds: Mapping[uuid.UUID, Sequence[Step]]) -> dict[uuid.UUID, str]:
    return {
        key: "; ".join(f"{formats.day(one.at)}, {one.cause}: {one.reason}" for one in steps)
        for key, steps in holds.items()
    }
