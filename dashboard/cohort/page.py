"""The cohort page as a whole: who is in it, then every section, from what was gathered."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.clinical.courses import PlanAct
from dashboard.cohort import (
    change_figures,
    event_figures,
    hold_figures,
    missing_figures,
    window_figures,
)
from dashboard.cohort.asked import Asked
from dashboard.cohort.figures import Group, Line, Scope, Section, counted
from dashboard.cohort.gathering import Gathered, Person, gathered
from dashboard.patients.models import Status
from dashboard.windows.observing import FEWEST

OBSERVATION = "Observation of one practice, not evidence of effect."
DEPENDENT = (
    "Sessions of one patient are not independent; these intervals are too narrow where few "
    "patients give many sessions."
)
METHODS = (
    "Intervals hold 95 %: of shares by Wilson 1927, of rates exactly by Garwood 1936. They take "
    "every observation as independent."
)
SMALL = (
    f"Of fewer than {FEWEST} patients no proportion is shown, nor where it would follow from "
    "others. How many holds and adverse events there were is always shown."
)
WHO = (
    "Patients whose care team you are on and whose treatment has begun: a plan was activated, or a "
    "dose is on record. Discharged patients stay in it; those handed over to others do not."
)
NOT_BEGUN = "no plan was activated and no dose is on record"


@dataclass(frozen=True)
class Cohort:
    """Everything the page says."""

    asked: Asked
    section: Section
    sections: tuple[Section, ...]
    span: str
    n: int
    people: Mapping[uuid.UUID, Person]

    @property
    def every_section(self) -> tuple[Section, ...]:
        """All parts of the page in order, who is in it first."""
        return (self.section, *self.sections)

    def line(self, key: str) -> tuple[Group, Line] | None:
        """Return a figure by its key, with the group it stands in."""
        for section in self.every_section:
            for group in section.groups:
                for line in group.lines:
                    if line.key == key:
                        return group, line
        return None


def cohort(user_id: uuid.UUID, asked: Asked, *, at: dt.datetime) -> Cohort:
    """Return the cohort of a physician as it stands."""
    since = asked.period.since
    found = gathered(user_id, since=since, at=at)
    begun = tuple(one for one in found.people if _has_begun(found, one))
    scope = Scope(begun, asked.diagnosis)
    return Cohort(
        asked=asked,
        section=_who(found, scope),
        sections=(
            change_figures.section(found, scope, since=since, at=at),
            window_figures.section(found, scope, since=since, at=at),
            hold_figures.section(found, scope, since=since),
            event_figures.section(found, scope, since=since),
            missing_figures.check_ins(found, scope),
            missing_figures.scores(found, scope, since=since, at=at),
        ),
        span=_span(found, scope, asked, at=at),
        n=len(scope.people),
        people={one.id: one for one in found.people},
    )


def _has_begun(found: Gathered, one: Person) -> bool:
    steps = found.steps.get(one.id, ())
    return bool(found.doses(one.id)) or any(step.act is PlanAct.ACTIVATE for step in steps)


def _who(found: Gathered, scope: Scope) -> Section:
    begun = {one.id for one in scope.everybody}
    waiting = [one for one in found.people if one.id not in begun]
    others = [one for one in scope.everybody if not scope.counts(one)]
    lines = [
        _line("in", "In the cohort", scope.people),
        _line("discharged", "Of them discharged",
              [one for one in scope.people if one.status is Status.DISCHARGED]),
        _line("not-begun", f"Not in it: {NOT_BEGUN}", waiting),
    ]  # fmt: skip
    if scope.diagnosis:
        lines += [
            _line("other", "Not in it: another eating disorder",
                  [one for one in others if one.families]),
            _line("unrecorded", "Not in it: no eating disorder’s code on the chart",
                  [one for one in others if not one.families]),
        ]  # fmt: skip
    group = Group("who", "Patients", "", tuple(lines))
    return Section("who", "Who is in it", WHO, (group,))


def _line(name: str, label: str, people: Sequence[Person]) -> Line:
    patients = {one.id: one.status.value.capitalize() for one in people}
    return Line(f"who-{name}", label, len(people), patients=patients)


def _span(found: Gathered, scope: Scope, asked: Asked, *, at: dt.datetime) -> str:
    """Say from when to when: the period, or from the first thing on record."""
    first = asked.period.first_day
    if first is None:
        starts = [
            moment
            for one in scope.people
            for moment in (*found.doses(one.id)[:1], *(s.at for s in found.steps.get(one.id, ())))
        ]
        if not starts:
            return ""
        first = formats.today(min(starts))
    return f"{formats.day(first)} to {formats.day(formats.today(at))}"


def headline(shown: Cohort) -> str:
    """Return who is counted in one line: 15 patients, 03-Nov-2025 to 23-Nov-2026."""
    return ", ".join(part for part in (counted(shown.n, "patient"), shown.span) if part)
