"""Doses that were reported by route: a dose above them is pointed out, and nothing is suggested.

Source: clearance reference 2.5, "for range warnings, not for recommending". What a clearance stops
or asks about is in its own rules; this only says that a dose was not seen in the reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from dashboard.clinical.clearance.verdicts import Standing
from dashboard.clinical.provenance import Provenance

_TABLE = "Clearance reference 2.5"


@dataclass(frozen=True)
class Reported:
    """The highest dose reported by one route, in mg and in mg/kg; None where none was reported."""

    highest_mg: Fraction | None
    highest_mg_per_kg: Fraction | None
    words: str
    provenance: Provenance


def _reported(
    words: str, source: str, standing: Standing, *, mg: str = "", mg_per_kg: str = ""
) -> Reported:
    return Reported(
        Fraction(mg) if mg else None, Fraction(mg_per_kg) if mg_per_kg else None, words,
        Provenance(f"{_TABLE}: {source}", standing),
    )  # fmt: skip


_HELD_IN_MOUTH = _reported(
    "50 to 400 mg once weekly", "SL, RDT, troche; n = 431 series", Standing.VERIFIED, mg="400"
)
REPORTED: Mapping[str, Reported] = MappingProxyType(
    {
        "IV": _reported(
            "0.1 to 0.95 mg/kg", "Andrade 2017; anorexia pilot, Calabrese registry",
            Standing.VERIFIED, mg_per_kg="0.95",
        ),
        "IM": _reported("0.25 to 1.0 mg/kg", "IM", Standing.MEMORY_HIGH, mg_per_kg="1"),
        "SC": _reported("0.5 to 1.0 mg/kg", "SC", Standing.VERIFIED, mg_per_kg="1"),
        "IN racemic": _reported(
            "0.5 to 1.5 mg/kg", "IN racemic", Standing.VERIFIED, mg_per_kg="1.5"
        ),
        "IN esketamine": _reported(
            "56 or 84 mg, REMS site only", "IN esketamine", Standing.MEMORY_HIGH, mg="84"
        ),
        "SL": _HELD_IN_MOUTH,
        "RDT": _HELD_IN_MOUTH,
        "troche": _HELD_IN_MOUTH,
        "oral": _reported(
            "25 to 300 mg, 0.25 to 7 mg/kg", "oral, Andrade 2019", Standing.VERIFIED,
            mg="300", mg_per_kg="7",
        ),
    }
)  # fmt: skip


def above(
    dose_mg: Fraction, *, route: str | None, mg_per_kg: Fraction | None = None
) -> Reported | None:
    """Return what was reported by a route when a dose is above it, in mg or in mg/kg; else None.

    A route without a report, and a dose per kg that is not known, are above nothing.
    """
    reported = REPORTED.get(route or "")
    if reported is None:
        return None
    is_above = (reported.highest_mg is not None and dose_mg > reported.highest_mg) or (
        reported.highest_mg_per_kg is not None
        and mg_per_kg is not None
        and mg_per_kg > reported.highest_mg_per_kg
    )
    return reported if is_above else None
