"""A plan's text as a person reads it: parts with labelled lines, for page, signature and print."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from dashboard import formats
from dashboard.clinical.plan_templates import WEIGHT, plan_templates
from dashboard.plans import naming
from dashboard.plans.content import Goal, PlanContent, RolePart, Series, phase_order

HIDDEN = "hidden"
ROUTES = {
    "IV": "intravenous", "IM": "intramuscular", "SC": "subcutaneous",
    "IN racemic": "intranasal, racemic", "IN esketamine": "intranasal, esketamine",
    "SL": "sublingual", "RDT": "rapidly dissolving tablet", "troche": "troche",
    "oral": "oral, swallowed",
}  # fmt: skip
HYPOTHESIS = "working hypothesis"
TEXTS = {
    "indication": "Indication", "formulation": "Formulation", "preparation": "Preparation",
    "psychotherapy": "Psychotherapy", "integration": "Integration", "nutrition": "Nutrition",
    "session_day_meals": "Meals on a session day", "window_contact": "Who sees them in the window",
    "stop_words": "Own stop rules, not checked by the program",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One thing that a plan says; `words` is empty where it does not say it."""

    label: str
    words: str


@dataclass(frozen=True)
class Part:
    """Lines that stand together under a heading."""

    title: str
    lines: tuple[Line, ...]


def parts(content: PlanContent, *, shows_weight: bool = False) -> tuple[Part, ...]:
    """Return everything a plan says, in the order of the plan; weights only when they are shown."""
    shared = plan_templates()
    return (
        Part("What is treated", _texts(content, "indication", "formulation")),
        Part("Goals", _goals(content, shows_weight=shows_weight)),
        Part("Ketamine series", tuple(series(content.series))),
        Part("Phases", _labelled(((one.id, one.words) for one in phase_order(content)),
                                 {one.id: one.label for one in shared.phases})),
        Part("Preparation, psychotherapy, integration",
             _texts(content, "preparation", "psychotherapy", "integration")),
        Part("Nutrition", _texts(content, "nutrition", "session_day_meals")),
        Part("Monitoring", _labelled(((one.id, one.words) for one in content.monitoring),
                                     {one.id: one.label for one in shared.monitoring})),
        Part("Window after a dose", (Line("Hours", window(content)),
                                     *_texts(content, "window_contact"))),
        Part("Stop rules", _texts(content, "stop_words")),
        Part("Who does what", tuple(Line(one.role, role(one)) for one in content.roles)),
    )  # fmt: skip


def series(said: Series) -> Iterable[Line]:
    """Return the lines of a series, dose in mg; what it comes to by weight is another matter."""
    for label, read in SERIES.items():
        yield Line(label, read(said))


def goal(one: Goal, *, shows_weight: bool = False) -> str:
    """Say a goal's measure, target, day and owner in one sentence."""
    said = [naming.measure(one.measure) if one.target is None else target(one, shows=shows_weight)]
    said += [f"by {formats.day(one.by_on)}"] if one.by_on else []
    said += [f"looked after by {one.owner}"] if one.owner else []
    said += ["judges the response"] if one.is_primary else []
    return ", ".join(text for text in said if text)


def target(one: Goal, *, shows: bool) -> str:
    """Say what a goal is to reach; a weight in numbers only when weights are shown."""
    if one.measure == WEIGHT and not shows:
        return "" if one.target is None else f"Weight: {HIDDEN}"
    return naming.aim(one.measure, one.target)


def role(one: RolePart) -> str:
    """Say who has a role and what they do."""
    return ": ".join(text for text in (one.name, one.does) if text)


def window(content: PlanContent) -> str:
    """Say from when to when the window is open, and that it is a hypothesis."""
    return f"{content.window_opens} to {content.window_closes} h after a dose ({HYPOTHESIS})"


def amount(value: Decimal | None, unit: str = "mg") -> str:
    """Write a number with its unit; "" for none."""
    return "" if value is None else f"{value:f} {unit}"


def _limits(said: Series) -> str:
    return " to ".join(text for text in (amount(said.lowest_mg), amount(said.highest_mg)) if text)


def _dose(said: Series) -> str:
    if said.dose_mg is None:
        return ""
    return f"{amount(said.dose_mg)}, {'by weight' if said.is_by_weight else 'fixed'}"


def _counted(number: int | None, unit: str) -> str:
    return "" if number is None else f"{number} {unit}"


SERIES: dict[str, Callable[[Series], str]] = {
    "Route": lambda said: ROUTES.get(said.route, said.route),
    "Formulation and strength": lambda said: said.formulation,
    "Pharmacy": lambda said: said.pharmacy,
    "Dose": _dose,
    "Titration limits": _limits,
    "Titration": lambda said: said.titration,
    "Held in the mouth": lambda said: _counted(said.hold_minutes, "min"),
    "Sessions at most": lambda said: str(said.sessions or ""),
    "Minimum interval": lambda said: _counted(said.min_interval_hours, "h"),
    "How often": lambda said: said.cadence,
    "Endpoint": lambda said: naming.aim(said.endpoint_measure, said.endpoint_target),
    "Last day": lambda said: formats.day(said.end_on) if said.end_on else "",
}


def _goals(content: PlanContent, *, shows_weight: bool) -> tuple[Line, ...]:
    return tuple(
        Line(one.words or "Not in words yet", goal(one, shows_weight=shows_weight))
        for one in content.goals
    )


def _texts(content: PlanContent, *names: str) -> tuple[Line, ...]:
    return tuple(Line(TEXTS[name], getattr(content, name)) for name in names)


def _labelled(pairs: Iterable[tuple[str, str]], labels: dict[str, str]) -> tuple[Line, ...]:
    return tuple(Line(labels.get(id, id), words) for id, words in pairs)


def holds_weight(content: PlanContent) -> bool:
    """Whether a plan's text has a target weight in it."""
    return any(one.measure == WEIGHT and one.target is not None for one in content.goals)
