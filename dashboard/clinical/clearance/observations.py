"""What the findings say of one variable now: readings, where they came from, what is lacking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from dashboard.clinical.clearance.findings import Finding
from dashboard.clinical.clearance.limits import Value


@dataclass(frozen=True)
class Reading:
    """One value that counts now, and the findings it rests on.

    Of several readings each is judged; the worst gates. A reading without findings rests on a
    recorded fact of the patient.
    """

    value: Value
    findings: tuple[Finding, ...] = ()
    question: str | None = None
    note: str = ""
    aged_by: tuple[Finding, ...] | None = None  # where not all findings age the value

    @property
    def ageing(self) -> tuple[Finding, ...]:
        """The findings whose age is the value's age."""
        return self.findings if self.aged_by is None else self.aged_by

    @property
    def newest_on(self) -> date | None:
        """The day of the newest finding it rests on."""
        return max((f.on for f in self.findings), default=None)

    @property
    def oldest_on(self) -> date | None:
        """The day that its age is counted from."""
        return min((f.on for f in self.ageing), default=None)


@dataclass(frozen=True)
class Observation:
    """A variable's readings. `gap` says why they do not suffice; `lacking` what is not there."""

    readings: tuple[Reading, ...] = ()
    lacking: tuple[str, ...] = ()
    gap: str | None = None
    firing_settles: bool = False  # a rule that fires needs no more, in spite of the gap
    is_future: bool = False

    @property
    def is_known(self) -> bool:
        """Whether there is a reading, complete and not in question."""
        return bool(self.readings) and not self.gap and not any(r.question for r in self.readings)

    def says(self, claim: Callable[[Fraction], bool]) -> bool | None:
        """Say whether any number meets a claim; None without a number."""
        numbers = [r.value for r in self.readings if isinstance(r.value, Fraction)]
        if not numbers:
            return None
        return any(claim(value) for value in numbers)

    @property
    def truth(self) -> bool | None:
        """Say whether any reading is yes; None without a reading."""
        answers = [reading.value for reading in self.readings]
        return None if not answers else True in answers

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding it rests on, once."""
        return tuple(dict.fromkeys(f for reading in self.readings for f in reading.findings))


def of(findings: Iterable[Finding]) -> tuple[Reading, ...]:
    """Make a reading of each finding; a pressure is no reading of its own."""
    return tuple(
        Reading(f.value, (f,), f.question)
        for f in findings
        if isinstance(f.value, Fraction | bool | str)
    )


def lacking(*names: str) -> Observation:
    """Return an observation that is not there, naming what it needs."""
    return Observation(lacking=names)


def together(given: Observation, computed: Observation) -> Observation:
    """Join what was entered for a variable with what is computed for it.

    Yes-or-no values are both kept, and the worse gates. Of numbers the later one counts; of the
    same day both do.
    """
    is_future = given.is_future or computed.is_future
    if not given.readings or not computed.readings:
        chosen = given if given.readings else computed
        return replace(chosen, is_future=is_future)
    everything = given.readings + computed.readings
    if any(isinstance(reading.value, bool | str) for reading in everything):
        return Observation(everything, is_future=is_future)
    return replace(_later(given, computed), is_future=is_future)


def _later(given: Observation, computed: Observation) -> Observation:
    one, other = _day(given), _day(computed)
    if one == other:
        return replace(computed, readings=given.readings + computed.readings, gap=None)
    return given if one > other else computed


def _day(observation: Observation) -> date:
    return max((r.newest_on or date.min for r in observation.readings), default=date.min)


def truth(
    value: bool | None, *, rests_on: Iterable[Observation], needs: Iterable[str]
) -> Observation:
    """Make an observation of a three-valued answer and what it was drawn from."""
    rests_on = tuple(rests_on)
    if value is None:
        return Observation(lacking=tuple(needs))
    findings = tuple(dict.fromkeys(f for seen in rests_on for f in seen.findings))
    question = next((r.question for seen in rests_on for r in seen.readings if r.question), None)
    return Observation((Reading(value, findings, question),))
