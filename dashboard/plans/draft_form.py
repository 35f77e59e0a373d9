"""The form of a draft: everything that a plan says, saved as far as it goes.

Names of fields are those that `lacking` gives: "goals-0-words", "series-dose_mg". Nothing is
required to save; only what cannot be read is refused. A target weight that is on record is not put
into the page: its field stays empty, and left empty it stays as it was.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from wtforms import BooleanField, Field

from dashboard.clinical.plan_templates import WEIGHT, plan_templates
from dashboard.fields import (
    Between,
    DayField,
    LongTextField,
    NumberField,
    Required,
    TextField,
    WholeNumberField,
)
from dashboard.forms import PageForm
from dashboard.plans import naming, saying
from dashboard.plans.content import (
    Goal,
    MonitoringPart,
    PhasePart,
    PlanContent,
    RolePart,
    Series,
)
from dashboard.visits.choosing import OneOfFew, SelectField, listed

MOST_GOALS, MOST_ROLES = 10, 12
READABLE = (Decimal("0.01"), Decimal("9999.99"))  # what the field takes, no clinical limit
LONGEST = 10_000
FIXED, BY_WEIGHT = "fixed", "by weight"
TEXTS = tuple(saying.TEXTS)
SERIES_TEXTS = ("formulation", "pharmacy", "titration", "cadence")
SERIES_PLAIN = (
    "dose_mg", "lowest_mg", "highest_mg", "hold_minutes", "sessions", "min_interval_hours",
    "endpoint_target", "end_on",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """The fields of one goal, or of one person."""

    number: int
    fields: dict[str, Field]
    hides_target: bool = False


class DraftForm(PageForm):
    """What one version of a plan says; made whole by `form_class`."""

    change_reason = LongTextField("Why the plan changes", longest=2000)

    def show(self, content: PlanContent, *, change_reason: str) -> None:
        """Fill the form with a stored draft; target weights are left out."""
        self.change_reason.data = change_reason
        for name, value in _plain(content).items():
            if name in self:
                self[name].data = value

    def content(self, stored: PlanContent) -> PlanContent:
        """Return what was typed, on top of what the form does not ask."""
        primary = self["goals-primary"].data
        return dataclasses.replace(
            stored,
            **{name: self[name].data or "" for name in TEXTS},
            goals=tuple(self._goals(stored, primary=primary)),
            series=self._series(),
            phases=tuple(
                PhasePart(id=one.id, words=self[f"phases-{one.id}"].data or "")
                for one in plan_templates().phases
            ),
            monitoring=tuple(
                MonitoringPart(id=one.id, words=self[f"monitoring-{one.id}"].data or "")
                for one in plan_templates().monitoring
            ),
            window_opens=self["window_opens"].data,
            window_closes=self["window_closes"].data,
            roles=tuple(self._roles()),
        )

    def goal_rows(self, stored: PlanContent) -> list[Row]:
        """Return the goals that are filled in, and an empty one while there is room."""
        kept = _target_weight(stored) is not None
        return [
            dataclasses.replace(
                row, hides_target=kept and row.fields["measure"].data == WEIGHT
                and row.fields["target"].data is None,
            )
            for row in self._rows("goals", GOAL_FIELDS, MOST_GOALS)
        ]  # fmt: skip

    def role_rows(self) -> list[Row]:
        """Return the people that are filled in, and an empty row while there is room."""
        return self._rows("roles", ROLE_FIELDS, MOST_ROLES)

    def _rows(self, name: str, parts: tuple[str, ...], most: int) -> list[Row]:
        rows = [
            Row(at + 1, {part: self[f"{name}-{at}-{part}"] for part in parts}) for at in range(most)
        ]
        filled = max((row.number for row in rows if _is_filled(row)), default=0)
        return rows[: min(filled + 1, most)]

    def _goals(self, stored: PlanContent, *, primary: str) -> Iterator[Goal]:
        for row in self._rows("goals", GOAL_FIELDS, MOST_GOALS):
            said = {name: field.data for name, field in row.fields.items()}
            if said["out"] or not _is_filled(row):
                continue
            target = said["target"]
            if said["measure"] == WEIGHT and target is None:
                target = _target_weight(stored)
            yield Goal(
                words=said["words"] or "", measure=said["measure"] or "", target=target,
                by_on=said["by_on"], owner=said["owner"] or "",
                is_primary=primary == str(row.number),
            )  # fmt: skip

    def _roles(self) -> Iterator[RolePart]:
        for row in self._rows("roles", ROLE_FIELDS, MOST_ROLES):
            said = {name: row.fields[name].data or "" for name in ("role", "name", "does")}
            if any(said.values()) and not row.fields["out"].data:
                yield RolePart(**said)

    def _series(self) -> Series:
        said: dict[str, Any] = {name: self[f"series-{name}"].data or "" for name in SERIES_TEXTS}
        said |= {name: self[f"series-{name}"].data for name in SERIES_PLAIN}
        return Series(
            route=self["series-route"].data or "",
            endpoint_measure=self["series-endpoint_measure"].data or "",
            is_by_weight=self["series-counted"].data == BY_WEIGHT,
            **said,
        )


GOAL_FIELDS = ("words", "measure", "target", "by_on", "owner", "out")
ROLE_FIELDS = ("role", "name", "does", "out")


@cache
def form_class() -> type[DraftForm]:
    """Return the form of a draft, with the fields of the templates' phases and domains."""
    fields = {**dict(_texts()), **dict(_goal_fields()), **dict(_series_fields()),
              **dict(_template_fields()), **dict(_role_fields())}  # fmt: skip
    return type("PlanForm", (DraftForm,), fields)


def _texts() -> Iterator[tuple[str, Field]]:
    for name, label in saying.TEXTS.items():
        if name == "window_contact":
            yield name, TextField(label, longest=300)
        else:
            yield name, LongTextField(label, longest=LONGEST)
    hours = [Required("Enter hours after the dose."), Between(0, 336, "h")]
    yield "window_opens", WholeNumberField("The window opens after", hours)
    yield "window_closes", WholeNumberField("The window closes after", hours)


def _goal_fields() -> Iterator[tuple[str, Field]]:
    measures = listed([("", "No measure"), *naming.measures()])
    for at in range(MOST_GOALS):
        which = f"Goal {at + 1}"
        yield f"goals-{at}-words", LongTextField(f"{which}, in the patient's words", longest=1000)
        yield (
            f"goals-{at}-measure",
            SelectField(f"Measured by, goal {at + 1}", choices=measures, default=""),
        )
        yield (
            f"goals-{at}-target",
            NumberField(f"Target, goal {at + 1}", [Between(0, READABLE[1])], places=2),
        )
        yield f"goals-{at}-by_on", DayField(f"By, goal {at + 1}")
        yield f"goals-{at}-owner", TextField(f"Looked after by, goal {at + 1}", longest=120)
        yield f"goals-{at}-out", BooleanField(f"Take goal {at + 1} out")
    numbers = [(str(at + 1), f"Goal {at + 1}") for at in range(MOST_GOALS)]
    yield "goals-primary", SelectField(
        "Which goal's measure judges the response",
        choices=listed([("", "Not chosen yet"), *numbers]), default="",
    )  # fmt: skip


def _series_fields() -> Iterator[tuple[str, Field]]:
    routes = [("", "Choose a route"), *((key, words) for key, words in saying.ROUTES.items())]
    readable = Between(*READABLE, "mg")
    yield "series-route", SelectField("Route", choices=listed(routes), default="")
    yield "series-formulation", TextField("Formulation and strength", longest=300)
    yield "series-pharmacy", TextField("Pharmacy", longest=200)
    yield "series-dose_mg", NumberField("Dose", [readable], places=2)
    yield "series-counted", OneOfFew(
        "How the dose is counted", message="Choose whether the dose is fixed or goes by weight.",
        is_asked=False, choices=listed([(FIXED, "Fixed dose"), (BY_WEIGHT, "By weight (mg/kg)")]),
    )  # fmt: skip
    yield "series-lowest_mg", NumberField("Lowest dose", [readable], places=2)
    yield "series-highest_mg", NumberField("Highest dose", [readable], places=2)
    yield "series-titration", LongTextField("How it is titrated", longest=2000)
    yield "series-hold_minutes", WholeNumberField("Held in the mouth", [Between(0, 240, "min")])
    yield "series-sessions", WholeNumberField("Sessions at most", [Between(1, 999)])
    yield (
        "series-min_interval_hours",
        WholeNumberField("Minimum interval between doses", [Between(1, 9999, "h")]),
    )
    yield "series-cadence", TextField("How often", longest=200)
    scores = [pair for pair in naming.measures() if pair[0] != WEIGHT]
    yield "series-endpoint_measure", SelectField(
        "Therapeutic endpoint: measure", choices=listed([("", "Choose a measure"), *scores]),
        default="",
    )  # fmt: skip
    yield (
        "series-endpoint_target",
        NumberField("Therapeutic endpoint: value", [Between(0, READABLE[1])], places=2),
    )
    yield "series-end_on", DayField("Last day of the series")


def _template_fields() -> Iterator[tuple[str, Field]]:
    shared = plan_templates()
    for phase in shared.phases:
        yield f"phases-{phase.id}", LongTextField(phase.label, longest=2000)
    for domain in shared.monitoring:
        yield f"monitoring-{domain.id}", LongTextField(domain.label, longest=2000)


def _role_fields() -> Iterator[tuple[str, Field]]:
    for at in range(MOST_ROLES):
        yield f"roles-{at}-role", TextField(f"Role {at + 1}", longest=120)
        yield f"roles-{at}-name", TextField(f"Name, role {at + 1}", longest=120)
        yield f"roles-{at}-does", TextField(f"Does, role {at + 1}", longest=500)
        yield f"roles-{at}-out", BooleanField(f"Take role {at + 1} out")


def _plain(content: PlanContent) -> dict[str, object]:
    """Return what the form shows of a draft, by field."""
    shown: dict[str, object] = {name: getattr(content, name) for name in TEXTS}
    shown |= {"window_opens": content.window_opens, "window_closes": content.window_closes}
    for at, goal in enumerate(content.goals):
        values = dataclasses.asdict(goal)
        values["target"] = None if goal.measure == WEIGHT else goal.target
        shown |= {f"goals-{at}-{name}": values[name] for name in GOAL_FIELDS if name in values}
        if goal.is_primary:
            shown["goals-primary"] = str(at + 1)
    for name, value in dataclasses.asdict(content.series).items():
        shown[f"series-{name}"] = value
    shown["series-counted"] = BY_WEIGHT if content.series.is_by_weight else FIXED
    shown |= {f"phases-{one.id}": one.words for one in content.phases}
    shown |= {f"monitoring-{one.id}": one.words for one in content.monitoring}
    for at, role in enumerate(content.roles):
        shown |= {f"roles-{at}-{key}": value for key, value in dataclasses.asdict(role).items()}
    return shown


def _target_weight(stored: PlanContent) -> Decimal | None:
    return next((one.target for one in stored.goals if one.measure == WEIGHT), None)


def _is_filled(row: Row) -> bool:
    return any(
        field.data not in (None, "", False) or getattr(field, "typed", None) or field.errors
        for field in row.fields.values()
    )
