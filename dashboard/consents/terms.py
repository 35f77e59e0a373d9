"""What a consent is for: route, formulation and dose class. Another one needs a new consent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Route(StrEnum):
    """How ketamine is taken."""

    SUBLINGUAL = "sublingual"
    ORAL = "oral"
    INTRANASAL = "intranasal"
    INTRAMUSCULAR = "intramuscular"
    INTRAVENOUS = "intravenous"
    SUBCUTANEOUS = "subcutaneous"


class Formulation(StrEnum):
    """What the medicine comes as."""

    RAPID_TABLET = "rapidly dissolving tablet"
    TROCHE = "troche or lozenge"
    CAPSULE = "capsule or tablet to swallow"
    LIQUID = "liquid to swallow"
    COMPOUNDED_SPRAY = "compounded nasal spray"
    ESKETAMINE_SPRAY = "esketamine nasal spray"
    INJECTION = "solution for injection or infusion"


class DoseClass(StrEnum):
    """The practice's own classes; no milligrams belong to them and none are published."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


TAKEN_AS = {
    Route.SUBLINGUAL: frozenset({Formulation.RAPID_TABLET, Formulation.TROCHE}),
    Route.ORAL: frozenset({Formulation.CAPSULE, Formulation.LIQUID}),
    Route.INTRANASAL: frozenset({Formulation.COMPOUNDED_SPRAY, Formulation.ESKETAMINE_SPRAY}),
    Route.INTRAMUSCULAR: frozenset({Formulation.INJECTION}),
    Route.INTRAVENOUS: frozenset({Formulation.INJECTION}),
    Route.SUBCUTANEOUS: frozenset({Formulation.INJECTION}),
}


@dataclass(frozen=True)
class Terms:
    """Route, formulation and dose class together; None is "not said" and matches everything."""

    route: Route | None = None
    formulation: Formulation | None = None
    dose_class: DoseClass | None = None

    def differences(self, other: Terms) -> tuple[str, ...]:
        """Return what is said in both and differs: "route", "formulation", "dose class"."""
        pairs = (
            ("route", self.route, other.route),
            ("formulation", self.formulation, other.formulation),
            ("dose class", self.dose_class, other.dose_class),
        )
        return tuple(
            name
            for name, mine, theirs in pairs
            if mine is not None and theirs is not None and mine is not theirs
        )
