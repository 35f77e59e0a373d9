"""Which question of a questionnaire answers which field of the intake, and why.

Only where both ask the same: what merely sounds alike is read beside its field, as a quotation, and
says why it is no answer. Questionnaires as in the clinical reference, section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from dashboard.intake.answers import Amount, Plain
from dashboard.intake.definition import Number
from dashboard.intake.plausible import question_number
from dashboard.intake.sections import BY_KEY

Reading: TypeAlias = "Callable[[int, Number | None], Plain | None]"
MOOD_AND_MIND = ("phq2", "gad2", "gad7", "pcl5", "dass21", "core10", "who5", "mdq", "ocir")


@dataclass(frozen=True, kw_only=True)
class Match:
    """A question that answers a field. `says_all`: nothing of the answer is left to quote, and
    preferring not to answer is the same in both.
    """

    instrument: str
    item: str
    section: str
    field: str
    reading: Reading
    reason: str
    says_all: bool = False

    def value(self, answer: int) -> Plain | None:
        """Return what the field says by this answer; None when the answer does not tell."""
        asked = BY_KEY[self.section].field(self.field)
        return self.reading(answer, asked if isinstance(asked, Number) else None)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Where an answer is read that no field means, beside which field, and why not in it."""

    instrument: str
    section: str
    field: str
    reason: str
    items: tuple[str, ...] = ()


def yes_or_no(answer: int, _: Number | None) -> Plain | None:
    """Read 0 as no and 1 as yes."""
    return {0: False, 1: True}.get(answer)


def yes_if_any(answer: int, _: Number | None) -> Plain | None:
    """Read any as yes; none within days says nothing about months."""
    return True if answer > 0 else None


def never_is_0(answer: int, asked: Number | None) -> Plain | None:
    """Read never as 0 times; how much the others are is not told."""
    return Amount("0", asked.unit) if asked is not None and answer == 0 else None


def a_quarter(answer: int, asked: Number | None) -> Plain | None:
    """Read times in 28 days as times a week, exactly; what cannot be is not read."""
    if asked is None:
        return None
    a_week = Fraction(answer, 4)
    try:
        question = question_number(asked, a_week)
    except ValueError:
        return None
    typed = str(a_week) if a_week.denominator == 1 else f"{float(a_week):.2f}".rstrip("0")
    return Amount(typed, asked.unit, is_questioned=bool(question))


MATCHES = (
    Match(instrument="asq", item="4", section="risk", field="attempts_ever", reading=yes_or_no,
          says_all=True, reason="Both ask whether the patient ever tried to kill themselves."),
    Match(instrument="auditc", item="1", section="substances", field="alcohol",
          reading=never_is_0, says_all=True,
          reason="Never in 12 months is 0 drinks a week."),
    Match(instrument="counts_weekly", item="vomiting_times", section="course", field="purging",
          reading=yes_if_any, reason="Vomiting in the past 7 days lies within 3 months."),
    Match(instrument="counts_weekly", item="laxative_days", section="course", field="purging",
          reading=yes_if_any,
          reason="Laxatives or diuretics for weight in the past 7 days lie within 3 months."),
    Match(instrument="counts_weekly", item="laxative_days", section="behaviours",
          field="ed_drug_misuse", reading=yes_if_any,
          reason="Both ask about laxatives or diuretics taken for weight."),
    Match(instrument="counts_weekly", item="laxative_days", section="behaviours",
          field="diuretic_or_laxative", reading=yes_if_any,
          reason="Taken for weight is taken for a reason."),
    Match(instrument="edeqs", item="7", section="course", field="purging", reading=yes_if_any,
          reason="Vomiting or laxatives in the past 7 days lie within 3 months."),
    Match(instrument="edeq6", item="14", section="behaviours", field="binges", reading=a_quarter,
          says_all=True, reason="Episodes in 28 days, a quarter of them a week."),
    Match(instrument="edeq6", item="16", section="behaviours", field="vomiting",
          reading=a_quarter, says_all=True, reason="Times in 28 days, a quarter of them a week."),
    Match(instrument="edeq6", item="17", section="behaviours", field="laxatives",
          reading=a_quarter, says_all=True, reason="Times in 28 days, a quarter of them a week."),
    Match(instrument="edeq6", item="18", section="behaviours", field="exercise",
          reading=a_quarter, says_all=True, reason="Times in 28 days, a quarter of them a week."),
)  # fmt: skip

SEVEN_DAYS = "7 days, or days and not times; the field asks for times a week over four weeks."
PLACES = (
    Beside(instrument="asq", section="risk", field="cssrs_ideation",
           reason="The ASQ asks other questions than the Columbia scale; no level follows."),
    Beside(instrument="phq9", items=("9",), section="risk", field="cssrs_ideation",
           reason="Death and self-harm together, 2 weeks; no level of the Columbia scale follows."),
    Beside(instrument="phq9", section="psychiatric", field="conditions",
           reason="Two weeks of a symptom are no diagnosis."),
    Beside(instrument="pcptsd5", section="psychiatric", field="conditions",
           reason="A screen for PTSD, not the diagnosis."),
    *(Beside(instrument=name, section="psychiatric", field="conditions",
             reason="A rating of symptoms is no diagnosis.") for name in MOOD_AND_MIND),
    Beside(instrument="auditc", section="substances", field="alcohol",
           reason="Ranges over 12 months; the field asks for drinks a week."),
    Beside(instrument="peg", section="symptoms", field="systems",
           reason="One complaint is no answer for the whole list; tick pain there yourself."),
    Beside(instrument="edeqs", items=("1",), section="behaviours", field="restriction",
           reason="Trying to limit food is not the same as meals skipped or cut."),
    Beside(instrument="edeqs", items=("2",), section="behaviours", field="fasting",
           reason="8 waking hours; the field asks for a day or more."),
    Beside(instrument="edeqs", items=("7",), section="behaviours", field="vomiting",
           reason=SEVEN_DAYS),
    Beside(instrument="edeqs", items=("8",), section="behaviours", field="exercise",
           reason=SEVEN_DAYS),
    Beside(instrument="edeqs", items=("9", "10"), section="behaviours", field="binges",
           reason=SEVEN_DAYS),
    Beside(instrument="edeqs", items=("3", "4"), section="course", field="preoccupied",
           reason="Days in ranges; the field asks for a share of the day."),
    Beside(instrument="edeqs", section="course", field="body_distress",
           reason="Another scale than 0 to 10."),
    Beside(instrument="counts_weekly", items=("binge_days",), section="behaviours",
           field="binges", reason=SEVEN_DAYS),
    Beside(instrument="counts_weekly", items=("vomiting_times",), section="behaviours",
           field="vomiting", reason=SEVEN_DAYS),
    Beside(instrument="counts_weekly", items=("laxative_days",), section="behaviours",
           field="laxatives", reason=SEVEN_DAYS),
    Beside(instrument="counts_weekly", items=("fasting_days",), section="behaviours",
           field="fasting", reason="8 waking hours; the field asks for a day or more."),
    Beside(instrument="counts_weekly", items=("exercise_days",), section="behaviours",
           field="exercise", reason=SEVEN_DAYS),
    Beside(instrument="counts_weekly", section="behaviours", field="restriction",
           reason=SEVEN_DAYS),
    Beside(instrument="edeq6", section="course", field="food_rules",
           reason="Days of 28 in ranges; the field asks for words."),
    Beside(instrument="cia3", section="course", field="course",
           reason="Impairment over 28 days is no course."),
)  # fmt: skip


def matches(instrument: str, item: str) -> Iterator[Match]:
    """Return the fields that a question answers."""
    return (one for one in MATCHES if (one.instrument, one.item) == (instrument, item))


def place(instrument: str, item: str) -> Beside | None:
    """Return where an answer is read; None for a questionnaire that intake does not read."""
    found = (one for one in PLACES if one.instrument == instrument)
    return next((one for one in found if not one.items or item in one.items), None)
