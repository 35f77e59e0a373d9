"""What a new plan's draft is laid out with, by diagnosis: an empty form with measures and cadences.

Nothing in a template is signed, and no target, end date or dose stands in it: they are written by
the physician who signs. Each part carries its source and how well it was verified.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from dashboard.clinical.clearance.verdicts import Tier
from dashboard.clinical.provenance import Provenance, provenance_of
from dashboard.clinical.sections import Section, read

FILE = "plan_templates-1.toml"
WEIGHT = "weight"
PHASES = ("preparation", "induction", "review", "maintenance", "taper")


@dataclass(frozen=True)
class WindowDefault:
    """When the window after a dose opens and closes, in hours from the dose; a hypothesis."""

    opens_hours: int
    closes_hours: int
    label: str
    evidence: str
    provenance: Provenance

    def __post_init__(self) -> None:
        if not 0 <= self.opens_hours < self.closes_hours:
            raise ValueError("a window opens before it closes")


@dataclass(frozen=True)
class Phase:
    """One phase of a course; counts are of visits, and of ketamine sessions before a review."""

    id: str
    label: str
    words: str
    visits_at_least: int | None
    after_sessions_at_least: int | None
    after_sessions_at_most: int | None
    provenance: Provenance


@dataclass(frozen=True)
class Cadence:
    """How often weight, laboratory and dietitian come in induction, in words, for one tier.

    `labs_weeks` is the longest that the laboratory may take, in weeks.
    """

    tier: Tier
    weight: str
    labs: str
    labs_weeks: int
    dietitian: str
    provenance: Provenance


@dataclass(frozen=True)
class Monitoring:
    """One domain watched over the course: at baseline, in induction, in maintenance, in words."""

    id: str
    label: str
    baseline: str
    induction: str
    maintenance: str
    provenance: Provenance


@dataclass(frozen=True)
class Letters:
    """After which sessions the team is written to."""

    words: str
    after_sessions: tuple[int, ...]
    provenance: Provenance


@dataclass(frozen=True)
class GoalOutline:
    """A goal to fill in. `measure` is instrument/score, or "weight"; the rest is the physician's.

    The patient's words, baseline, target, date and owner are left open on purpose.
    """

    measure: str
    label: str
    is_primary: bool
    provenance: Provenance


@dataclass(frozen=True)
class PlanTemplate:
    """The goals laid out for one family of diagnoses, and what is published on it."""

    id: str
    label: str
    codes: tuple[str, ...]
    evidence: str
    goals: tuple[GoalOutline, ...]
    provenance: Provenance

    @property
    def primary(self) -> GoalOutline | None:
        """The goal whose measure judges the response; None where the physician must choose."""
        return next((goal for goal in self.goals if goal.is_primary), None)


@dataclass(frozen=True)
class PlanTemplates:
    """Everything of the file: what all plans share, and the templates by diagnosis."""

    version: str
    window: WindowDefault
    phases: tuple[Phase, ...]
    cadences: tuple[Cadence, ...]
    monitoring: tuple[Monitoring, ...]
    letters: tuple[Letters, ...]
    templates: tuple[PlanTemplate, ...]

    def for_code(self, code: str) -> PlanTemplate | None:
        """Return the template of an ICD-10-CM code; None for one that is no eating disorder."""
        written = code.strip().upper()
        fitting = [
            (len(start), one)
            for one in self.templates
            for start in one.codes
            if written.startswith(start)
        ]
        return max(fitting, key=lambda pair: pair[0])[1] if fitting else None

    def for_codes(self, codes: Iterable[str]) -> tuple[PlanTemplate, ...]:
        """Return the templates that fit any of the codes, to choose from, in the file's order."""
        found = {one.id for code in codes if (one := self.for_code(code))}
        return tuple(one for one in self.templates if one.id in found)

    def cadence(self, tier: Tier) -> Cadence | None:
        """Return the cadence of a tier; None for T3, which is blocked."""
        return next((one for one in self.cadences if one.tier is tier), None)


@cache
def plan_templates() -> PlanTemplates:
    """Return the shipped templates; ValueError when the file is wrong."""
    return read_templates(files(__package__).joinpath("data", FILE).read_text("utf-8"))


def read_templates(text: str) -> PlanTemplates:
    """Read a file of templates; ValueError naming the place that does not fit."""
    return read(Section(tomllib.loads(text, parse_float=Decimal)), _templates_of)


def _templates_of(top: Section) -> PlanTemplates:
    if (top.text("schema"), top.text("version")) != ("plan_templates/1", "1"):
        raise top.misfit('this program reads schema "plan_templates/1", version "1"', "schema")
    found = PlanTemplates(
        version="1",
        window=top.build("window", _window_of),
        phases=top.build_all("phases", _phase_of),
        cadences=top.build_all("cadence", _cadence_of),
        monitoring=top.build_all("monitoring", _monitoring_of),
        letters=top.build_all("letters", _letters_of),
        templates=top.build_all("templates", _template_of),
    )
    starts = [start for one in found.templates for start in one.codes]
    if len(set(starts)) < len(starts) or "" in starts:
        raise top.misfit("every code begins one template", "templates")
    if tuple(phase.id for phase in found.phases) != PHASES:
        raise top.misfit(f"must be {', '.join(PHASES)}", "phases")
    if sorted(one.tier for one in found.cadences) != [Tier.T0, Tier.T1, Tier.T2]:
        raise top.misfit("must hold T0, T1 and T2 once", "cadence")
    return found


def _window_of(section: Section) -> WindowDefault:
    return WindowDefault(
        opens_hours=section.whole("opens_hours"),
        closes_hours=section.whole("closes_hours"),
        label=section.text("label"),
        evidence=section.text("evidence"),
        provenance=provenance_of(section),
    )


def _phase_of(section: Section) -> Phase:
    return Phase(
        id=section.text("id"),
        label=section.text("label"),
        words=section.text("words"),
        visits_at_least=section.whole_or_none("visits_at_least"),
        after_sessions_at_least=section.whole_or_none("after_sessions_at_least"),
        after_sessions_at_most=section.whole_or_none("after_sessions_at_most"),
        provenance=provenance_of(section),
    )


def _cadence_of(section: Section) -> Cadence:
    return Cadence(
        tier=section.choice("tier", Tier),
        weight=section.text("weight"),
        labs=section.text("labs"),
        labs_weeks=section.whole("labs_weeks"),
        dietitian=section.text("dietitian"),
        provenance=provenance_of(section),
    )


def _monitoring_of(section: Section) -> Monitoring:
    return Monitoring(
        id=section.text("id"),
        label=section.text("label"),
        baseline=section.text("baseline"),
        induction=section.text("induction"),
        maintenance=section.text("maintenance"),
        provenance=provenance_of(section),
    )


def _letters_of(section: Section) -> Letters:
    after = section.array("after_sessions")
    if not after or not all(type(number) is int and number > 0 for number in after):
        raise section.misfit("must be numbers of sessions", "after_sessions")
    numbers = tuple(number for number in after if isinstance(number, int))
    return Letters(section.text("words"), numbers, provenance_of(section))


def _template_of(section: Section) -> PlanTemplate:
    goals = section.build_all("goals", _goal_of)
    if sum(goal.is_primary for goal in goals) > 1 or not goals:
        raise section.misfit("needs goals, of which at most one is primary", "goals")
    return PlanTemplate(
        id=section.text("id"),
        label=section.text("label"),
        codes=section.names("codes"),
        evidence=section.text("evidence"),
        goals=goals,
        provenance=provenance_of(section),
    )


def _goal_of(section: Section) -> GoalOutline:
    return GoalOutline(
        measure=section.text("measure"),
        label=section.text("label"),
        is_primary=section.flag("is_primary"),
        provenance=provenance_of(section),
    )
