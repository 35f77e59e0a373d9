"""What an intake's answers tell the clearance: variables with their day and source.

"Not asked", "declined" and "unknown" tell nothing: they never become a no. A medicine of the short
list makes its variable true whatever else was answered; no medicine ever makes one false. So does
an answer that says it in detail: who vomits 14 times a week has purged, whatever else says no.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from dashboard.clinical import allergens, medicines
from dashboard.intake import partial
from dashboard.intake.answers import Amount, Answer, Content, Plain
from dashboard.intake.definition import Day, Field, Measured, Unsaid
from dashboard.intake.sections import BY_KEY, SECTIONS
from dashboard.intake.sections.medical import ASPEN
from dashboard.intake.typed import exact

QT_COUNT, QT_STARTED = "qt_drug_count", "qt_drug_started_on"
NOT_STATED = frozenset({"measured at this practice", "measured by another clinician"})
PURGED = ("vomiting", "laxatives", "diuretics")
DRUGS = frozenset({"diuretics", "laxatives", "ipecac", "thyroid hormone", "caffeine pills",
                   "GLP-1 medicine"})  # fmt: skip
# Section, variable, and the answers there that mean yes: a number above 0, one of these words.
DETAILS: tuple[tuple[str, str, tuple[str, ...], tuple[tuple[str, frozenset[str]], ...]], ...] = (
    ("behaviours", "restrictive", ("restriction", "fasting"), ()),
    ("behaviours", "purging", PURGED, ()),
    ("behaviours", "diuretic_or_laxative", ("laxatives", "diuretics"),
     (("misuse", frozenset({"diuretics", "laxatives"})),)),
    ("behaviours", "ed_drug_misuse", ("laxatives", "diuretics"), (("misuse", DRUGS),)),
    ("psychiatric", "bipolar_disorder", (), (("conditions", frozenset({"bipolar disorder"})),)),
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One value: a truth, a word, or a number as typed with its unit.

    `is_sure` is False for a number in question. `is_stated` says that nobody of the trade measured
    it. `section` names where it stands in the intake.
    """

    value: bool | str | Fraction
    stated_on: dt.date
    source: str
    section: str
    unit: str = ""
    is_sure: bool = True
    is_stated: bool = True
    is_signed: bool = False


@dataclass(frozen=True)
class Weighed:
    """One weight with its day, as typed."""

    amount: Amount
    on: dt.date
    is_stated: bool


def of_sections(
    contents: Mapping[str, Content], *, source: str, is_signed: bool
) -> Mapping[str, Fact]:
    """Return every variable the answers speak of."""
    found: dict[str, Fact] = {}
    for section in SECTIONS:
        content = contents.get(section.key, {})
        for field in section.fields:
            answer = content.get(field.key)
            if field.fact and answer is not None and answer.is_stated:
                fact = _fact(field, answer, content, f"{source}, {section.title}", section.key)
                if fact is not None:
                    found[field.fact] = _signed(fact, is_signed)
    drawn = (
        *_of_details(contents, source),
        *_of_medicines(contents.get("medicines", {}), source),
        *_of_nutrition(contents.get("medical", {}), source),
    )
    for variable, fact in drawn:
        found[variable] = _signed(_worse(found.get(variable), fact), is_signed)
    return found


def with_allergies(
    told: Mapping[str, Fact], substances: Iterable[str], *, on: dt.date
) -> Mapping[str, Fact]:
    """Add what the chart's allergies mean: one to ketamine or its carrier outweighs a no."""
    named = [substance for substance in substances if allergens.note(substance)]
    if not named:
        return told
    source = f"Allergies on the chart: {', '.join(named)}"
    return {**told, allergens.VARIABLE: Fact(True, on, source, "medicines")}


def taken(content: Content) -> tuple[str, ...]:
    """Return the names of the medicines taken now."""
    answer = content.get("taken")
    if answer is None or not isinstance(answer.value, tuple):
        return ()
    return tuple(str(row["name"]) for row in answer.value if isinstance(row, Mapping))


def without_start(content: Content) -> tuple[str, ...]:
    """Return the QT-prolonging medicines taken now whose first day is not known."""
    return tuple(str(row["name"]) for row in _qt_rows(content) if "since" not in row)


def weighings(content: Content) -> Iterator[Weighed]:
    """Return every weight whose day is known exactly, the present one among them."""
    for key in ("current", "highest", "lowest"):
        amount, on = content.get(key), content.get(f"{key}_on")
        source = content.get(f"{key}_source")
        if on is None or not on.is_stated or amount is None:
            continue
        if isinstance(amount.value, Amount) and isinstance(on.value, str):
            said = source.value if source and isinstance(source.value, str) else ""
            yield from _weighed(amount.value, on.value, said)
    rows = content.get("weighings")
    for row in rows.value if rows and isinstance(rows.value, tuple) else ():
        if isinstance(row, Mapping) and isinstance(row.get("weight"), Amount) and "on" in row:
            amount_of_row = row["weight"]
            if isinstance(amount_of_row, Amount):
                yield from _weighed(amount_of_row, str(row["on"]), str(row.get("source", "")))


def _weighed(amount: Amount, on: str, source: str) -> Iterator[Weighed]:
    day = partial.stored(on).exact
    if day is not None:
        yield Weighed(amount, day, is_stated=source not in NOT_STATED)


def _fact(field: Field, answer: Answer, content: Content, source: str, section: str) -> Fact | None:
    """Return what an answer tells; a weight of an unknown day tells nothing."""
    value, on = answer.value, answer.on
    is_stated = True
    if answer.sent is not None:
        source = f"patient, {answer.sent.name} question {answer.sent.item}; {source}"
    elif isinstance(field, Measured):
        said = content.get(f"{field.key}_source")
        is_stated = said is None or said.value not in NOT_STATED
        if f"{field.key}_on" in {one.key for one in BY_KEY[section].fields}:
            day = content.get(f"{field.key}_on")
            if day is None or isinstance(day.value, Unsaid) or not isinstance(day.value, str):
                return None
            on = partial.stored(day.value).earliest
    if isinstance(value, Amount):
        return Fact(
            exact(value), on, source, section, unit=value.unit if isinstance(field, Measured)
            else "", is_sure=value.is_sure or not value.is_questioned, is_stated=is_stated,
        )  # fmt: skip
    if isinstance(field, Day) and isinstance(value, str):
        strict = _strictest(field.fact, partial.stored(value), told_on=on)
        return Fact(str(strict), on, source, section) if strict else None
    if isinstance(value, bool | str):
        return Fact(value, on, source, section)
    raise TypeError(f"{field.key} cannot be a clearance variable")


def _of_details(contents: Mapping[str, Content], source: str) -> Iterator[tuple[str, Fact]]:
    """Return the yes that counted behaviours and chosen words mean; they never mean a no."""
    for section, variable, counted, chosen in DETAILS:
        content = contents.get(section, {})
        saying = [a for key in counted if _is_counted(a := content.get(key))]
        saying += [a for key, words in chosen if _names(a := content.get(key), words)]
        if days := [answer.on for answer in saying if answer is not None]:
            told = f"{source}, {BY_KEY[section].title}"
            yield variable, Fact(True, max(days), told, section)


def _is_counted(answer: Answer | None) -> bool:
    return answer is not None and isinstance(answer.value, Amount) and exact(answer.value) > 0


def _names(answer: Answer | None, words: frozenset[str]) -> bool:
    if answer is None or not isinstance(answer.value, tuple):
        return False
    return any(isinstance(one, str) and one in words for one in answer.value)


def _of_medicines(content: Content, source: str) -> Iterator[tuple[str, Fact]]:
    answer = content.get("taken")
    if answer is None:
        return
    told = f"{source}, {BY_KEY['medicines'].title}"
    for variable, count in medicines.facts(taken(content)).items():
        value: bool | Fraction = Fraction(count) if variable.endswith("count") else True
        yield variable, Fact(value, answer.on, told, "medicines")

    started = [
        min(partial.stored(str(row["since"])).latest, answer.on)
        for row in _qt_rows(content)
        if "since" in row
    ]
    if started:
        yield QT_STARTED, Fact(str(max(started)), answer.on, told, "medicines")


def _qt_rows(content: Content) -> Iterator[Mapping[str, Plain]]:
    answer = content.get("taken")
    for row in answer.value if answer and isinstance(answer.value, tuple) else ():
        if isinstance(row, Mapping) and QT_COUNT in medicines.facts([str(row["name"])]):
            yield row


def _of_nutrition(content: Content, source: str) -> Iterator[tuple[str, Fact]]:
    """Count ASPEN's criteria: none is met only when each was answered; a lone yes can be enough."""
    given = [a for key in ASPEN if (a := content.get(key)) is not None and a.is_stated]
    told = f"{source}, {BY_KEY['medical'].title}"
    for degree, variable, enough in (
        ("severe", "aspen_other_severe_criterion", 1),
        ("moderate", "aspen_other_moderate_criteria", 2),
    ):
        met = sum(one.value == degree for one in given)
        if met >= enough or len(given) == len(ASPEN):
            value: bool | Fraction = met > 0 if enough == 1 else Fraction(met)
            yield variable, Fact(value, min(one.on for one in given), told, "medical")


def _strictest(variable: str, day: partial.PartialDay, *, told_on: dt.date) -> dt.date | None:
    """Return the day a date known only in part counts as, never the more lenient one.

    A faint counts as late as it can have been. Refeeding of an unknown first day has none: then
    days 0 to 10 are assumed.
    """
    if variable == "refeeding_started_on":
        return day.exact
    return min(day.latest, told_on)


def _worse(asked: Fact | None, listed: Fact) -> Fact:
    """Return the stricter of what was asked and what the list of medicines says."""
    if asked is None or asked.value is False:
        return listed
    if isinstance(asked.value, Fraction) and isinstance(listed.value, Fraction):
        return asked if asked.value >= listed.value else listed
    return asked


def _signed(fact: Fact, is_signed: bool) -> Fact:
    return replace(fact, is_signed=is_signed)
