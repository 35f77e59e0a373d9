"""What a dose comes to: mg/kg on the latest valid weight, and the systemic (IV) equivalent.

The equivalent, in mg/kg, is an estimate by route, given as a range. Without a valid weight there is
no figure, only the reason. It warns beside a dose that a physician entered; it suggests none.
Source: clearance reference 2.5; the upper shares are those by which the clearance judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from dashboard.clinical.clearance.patient import ROUTES
from dashboard.clinical.clearance.validity import Span
from dashboard.clinical.clearance.verdicts import Standing
from dashboard.clinical.provenance import Provenance


@dataclass(frozen=True)
class Share:
    """How much of a dose reaches the blood by one route: lowest and highest, 1 is all of it."""

    low: Fraction
    high: Fraction
    provenance: Provenance

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high <= 1:
            raise ValueError("a share runs from above 0 up to 1")


_TABLE = "Clearance reference 2.5"
_SUBLINGUAL = ("0.24", f"{_TABLE}: SL, RDT, troche about 24-30 %", None)
_LOWEST: Mapping[str, tuple[str, str, Standing | None]] = {
    "IV": ("1", f"{_TABLE}: IV 100 %, by definition", Standing.VERIFIED),
    "IM": ("0.93", f"{_TABLE}: IM about 93 %", Standing.MEMORY_HIGH),
    "SC": ("0.90", f"{_TABLE}: SC about 90-95 %", None),
    "IN racemic": ("0.25", f"{_TABLE}: IN racemic 25-50 %", None),
    "IN esketamine": ("0.48", f"{_TABLE}: IN esketamine about 48 %", Standing.MEMORY_HIGH),
    "SL": _SUBLINGUAL,
    "RDT": _SUBLINGUAL,
    "troche": _SUBLINGUAL,
    "oral": ("0.20", f"{_TABLE}: swallowed 20-25 %, Andrade 2019", Standing.VERIFIED),
}
SHARES: Mapping[str, Share] = MappingProxyType(
    {
        route: Share(Fraction(low), ROUTES[route], Provenance(source, standing))
        for route, (low, source, standing) in _LOWEST.items()
    }
)


@dataclass(frozen=True)
class BodyWeight:
    """One weight in kg: when, and how it was taken (clinic scale, home scale).

    `is_stated` is a weight that the patient told and nobody measured; `is_in_question` one that
    waits to be confirmed. Neither is good for a dose.
    """

    kg: Fraction
    on: date
    source: str
    is_stated: bool = False
    is_in_question: bool = False

    def __post_init__(self) -> None:
        if self.kg <= 0:
            raise ValueError("a weight is above 0 kg")


@dataclass(frozen=True)
class Exposure:
    """What a dose comes to on a day, or why that cannot be told.

    `mg_per_kg` is None without a valid weight, `iv_low` and `iv_high` (mg/kg) also without a known
    route; `reason` then says why. `weight` is the latest one measured, valid or not.
    """

    mg_per_kg: Fraction | None
    iv_low: Fraction | None
    iv_high: Fraction | None
    weight: BodyWeight | None
    share: Share | None
    reason: str = ""


def exposure(
    dose_mg: Fraction,
    *,
    route: str | None,
    weights: Iterable[BodyWeight],
    valid: Span,
    on: date,
) -> Exposure:
    """Return what a dose in mg comes to on a day, by the latest weight measured up to then.

    `valid` is how long a weight counts for this patient (clearance `validity.span("weight", ...)`).
    Of two weights on the latest day the lower counts: it gives the higher exposure. A weight of a
    later day is no weight of this day. Raises ValueError for a dose that is not above 0.
    """
    if dose_mg <= 0:
        raise ValueError("a dose is above 0 mg")
    measured = [one for one in weights if not one.is_stated]
    past = [one for one in measured if one.on <= on]
    latest = max(past, key=lambda one: (one.on, -one.kg), default=None)
    share = SHARES.get(route or "")
    reason = _why_not(latest, valid, on=on, has_later=len(past) < len(measured))
    if latest is None or reason:
        return Exposure(None, None, None, latest, share, reason)
    rate = dose_mg / latest.kg
    if share is None:
        why = (
            "the route is not known" if not route else f'no range is known for the route "{route}"'
        )
        return Exposure(rate, None, None, latest, None, why)
    return Exposure(rate, rate * share.low, rate * share.high, latest, share)


def _why_not(latest: BodyWeight | None, valid: Span, *, on: date, has_later: bool) -> str:
    if latest is None:
        return "the only weight is of a later day" if has_later else "no weight was measured"
    if latest.is_in_question:
        return "the latest weight is in question: confirm it or weigh again"
    if valid.is_over(latest.on, on=on):
        days = (on - latest.on).days
        return f"the latest weight is out of date: {days} days old"
    return ""
