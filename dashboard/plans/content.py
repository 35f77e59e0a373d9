"""What a version of a treatment plan says, as plain values: written as JSON, read back strictly.

Nothing here is judged; what must be said before a signature is in `dashboard.plans.lacking`.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from decimal import Decimal

from dashboard.clinical.plan_templates import PHASES, PlanTemplate, plan_templates
from dashboard.clinical.windows import CLOSES_HOURS, OPENS_HOURS

SCHEMA = "plan/1"


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One goal: the patient's words, and what it is measured by.

    `measure` is instrument/score, "weight" or empty; `target` is in the measure's own unit. The
    baseline is not written here: it is the measure's baseline, and progress is computed from it.
    """

    words: str
    measure: str = ""
    target: Decimal | None = None
    by_on: dt.date | None = None
    owner: str = ""
    is_primary: bool = False


@dataclass(frozen=True, kw_only=True)
class Series:
    """The ketamine series: doses in mg, interval in hours, and where it ends.

    `lowest_mg` and `highest_mg` are the limits of titration; `hold_minutes` is how long it is held
    in the mouth. `end_on` is the last day of the series, `endpoint_*` the therapeutic endpoint.
    """

    route: str = ""
    formulation: str = ""
    pharmacy: str = ""
    dose_mg: Decimal | None = None
    is_by_weight: bool = False
    lowest_mg: Decimal | None = None
    highest_mg: Decimal | None = None
    titration: str = ""
    hold_minutes: int | None = None
    sessions: int | None = None
    min_interval_hours: int | None = None
    cadence: str = ""
    endpoint_measure: str = ""
    endpoint_target: Decimal | None = None
    end_on: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class PhasePart:
    """One phase of the course (preparation … taper) as it is meant for this patient."""

    id: str
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class MonitoringPart:
    """How one domain is watched, in words; `id` is the template's."""

    id: str
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class RolePart:
    """Who does what: the monitor, the therapist, the dietitian, the prescriber."""

    role: str
    name: str = ""
    does: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanContent:
    """One version's whole text. Window hours count from the dose and are a working hypothesis.

    `stop_words` are the physician's own stop rules: read by people and not checked by the program,
    whose own rules always apply.
    """

    template: str = ""
    indication: str = ""
    formulation: str = ""
    goals: tuple[Goal, ...] = ()
    series: Series = field(default_factory=Series)
    phases: tuple[PhasePart, ...] = ()
    preparation: str = ""
    psychotherapy: str = ""
    integration: str = ""
    nutrition: str = ""
    session_day_meals: str = ""
    monitoring: tuple[MonitoringPart, ...] = ()
    stop_words: str = ""
    window_opens: int = OPENS_HOURS
    window_closes: int = CLOSES_HOURS
    window_contact: str = ""
    roles: tuple[RolePart, ...] = ()

    @property
    def primary(self) -> Goal | None:
        """The goal whose measure judges the response."""
        return next((goal for goal in self.goals if goal.is_primary), None)


def laid_out(template: PlanTemplate | None) -> PlanContent:
    """Return an empty draft with a template's measures, phases and cadences; no dose, no target."""
    shared = plan_templates()
    return PlanContent(
        template=template.id if template else "",
        goals=tuple(
            Goal(words="", measure=one.measure, is_primary=one.is_primary)
            for one in (template.goals if template else ())
        ),
        phases=tuple(PhasePart(id=one.id, words=one.words) for one in shared.phases),
        monitoring=tuple(
            MonitoringPart(id=one.id, words=one.induction) for one in shared.monitoring
        ),
        window_opens=shared.window.opens_hours,
        window_closes=shared.window.closes_hours,
    )


def written(content: PlanContent) -> str:
    """Return the content as canonical JSON: one order, one spelling."""
    return json.dumps(
        {"schema": SCHEMA, **asdict(content)},
        ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain,
    )  # fmt: skip


def read(text: str) -> PlanContent:
    """Read a version back; ValueError or KeyError for a text that this program did not write."""
    told = json.loads(text)
    if told.pop("schema", None) != SCHEMA:
        raise ValueError(f"this program reads plans of schema {SCHEMA}")
    series = told.pop("series")
    return PlanContent(
        goals=tuple(_goal(one) for one in told.pop("goals")),
        series=Series(
            **series
            | {
                name: _decimal(series[name])
                for name in ("dose_mg", "lowest_mg", "highest_mg", "endpoint_target")
            }
            | {"end_on": _day(series["end_on"])}
        ),
        phases=tuple(PhasePart(**one) for one in told.pop("phases")),
        monitoring=tuple(MonitoringPart(**one) for one in told.pop("monitoring")),
        roles=tuple(RolePart(**one) for one in told.pop("roles")),
        **told,
    )


def phase_order(content: PlanContent) -> tuple[PhasePart, ...]:
    """Return the phases in the order of the course."""
    return tuple(sorted(content.phases, key=lambda one: PHASES.index(one.id)))


def _goal(told: dict[str, object]) -> Goal:
    values = {**told, "target": _decimal(told["target"]), "by_on": _day(told["by_on"])}
    return Goal(**values)  # type: ignore[arg-type] # by name


def _plain(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} does not stand in a plan")


def _decimal(text: object) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _day(text: object) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(str(text))
