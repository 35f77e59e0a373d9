"""Laws of clearance: worse is never better, less is never more, older is never fresher."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.clinical.clearance import Verdict, ruleset
from dashboard.clinical.clearance.limits import Side
from tests.clinical.clearance.complete_cases import added, changed, complete, judged, without
from tests.clinical.clearance.rule_patients import RAW

PURPOSES = ("activation", "session", "prescription")
NUMBERS = sorted(
    {
        rule.variable
        for rule in ruleset().rules
        if rule.limit.interval is not None and rule.unit not in {"count", "score", "level"}
    }
)
# What each kind of patient is: the complete one, and others with other rules.
PATIENTS: tuple[dict, ...] = (
    {},
    {"birth_date": "2004-05-01", "diagnoses": ["F50.011"], "restrictive": True},
    {"birth_date": "2011-05-23", "setting": "clinic", "restrictive": True},
    {"sex": "M", "childbearing_potential": False, "insulin_treated": True, "purging": True},
    {"refeeding_started_on": "2026-11-20", "first_dose": True},
    {"sex": None, "birth_date": None, "setting": None, "diagnoses": None},
)
VALUES = {
    "K": (1.6, 8.9), "Na": (101, 179), "Cl": (61, 139), "HCO3": (6, 49), "Mg": (0.5, 7.9),
    "P": (0.4, 14), "glucose": (11, 900), "Ca": (4.1, 17), "albumin": (0.6, 6.9), "Hb": (2.1, 24),
    "WBC": (0.2, 200), "ANC": (0.1, 200), "plt": (2, 1900), "creatinine": (0.2, 19),
    "ALT": (2, 2000), "AST": (2, 2000), "ALP": (2, 2000), "GGT": (2, 2000), "bilirubin": (0.1, 50),
    "hr_awake_rest": (21, 249), "temp_c": (30.1, 41.9), "weight_kg": (20, 300), "qt_ms": (210, 740),
    "ecg_hr": (25, 240), "hr_standing_3min": (21, 249), "intake_kcal_day": (0, 4000),
    "purging_frequency": (0, 40), "dehydration_pct": (0, 20), "bpic_ss": (0, 38),
    "cssrs_ideation_past_month": (0, 5), "hours_since_food": (0, 12), "qt_drug_count": (0, 4),
}  # fmt: skip
WHOLE = {"bpic_ss", "cssrs_ideation_past_month", "qt_drug_count"}


def cases(draw) -> dict:
    """Draw a patient with some values changed and some findings gone."""
    case = complete(draw(st.sampled_from(PURPOSES)), **draw(st.sampled_from(PATIENTS)))
    for name in draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=3, unique=True)):
        case = changed(case, **{name: draw(numbers(name))})
    gone = draw(st.lists(st.sampled_from(names(case)), max_size=2, unique=True))
    return without(case, *gone)


def numbers(name: str) -> st.SearchStrategy:
    return between(name, *VALUES[name])


def names(case: dict) -> list[str]:
    return sorted({f["kind"] for f in case["findings"]} | set(case["answers"]))


@settings(max_examples=15)
@given(st.data())
def test_removing_a_required_finding_never_unblocks(data):
    case = cases(data.draw)
    gone = data.draw(st.sampled_from(names(case)))
    before = judged(case)

    after = judged(without(case, gone))

    if before.outcome.blocks and is_required(before, gone):
        assert after.outcome.blocks
    if is_required(before, gone):
        assert after.outcome >= Verdict.UNKNOWN


def is_required(judgement, name: str) -> bool:
    """Whether a finding is required here: itself, or what is computed from it alone."""
    required = set(judgement.required)
    return name in required or any(name in RAW.get(variable, ()) for variable in required)


@settings(max_examples=15)
@given(st.data())
def test_growing_stale_never_improves_anything(data):
    case = cases(data.draw)
    age = data.draw(st.sampled_from([1, 3, 7, 8, 15, 31, 91, 181, 366, 4000]))
    aged = {
        **case,
        "answers": {},
        "findings": [
            *({**f, "taken_at": older(f["taken_at"], age)} for f in case["findings"]),
            *(
                {"kind": name, "value": value, "taken_at": older(case["on"], age)}
                for name, value in case["answers"].items()
            ),
        ],
    }
    before, after = judged(without_windows(case)), judged(without_windows(aged))

    for finding in before.findings:
        if finding.verdict > Verdict.CLEAR:
            assert after.finding(finding.variable).verdict >= Verdict.CAUTION, finding.variable
    assert after.outcome >= before.outcome


def without_windows(case: dict) -> dict:
    """Return the case without what ends by the calendar: growth, and a session's own clock."""
    patient = {k: v for k, v in case["patient"].items() if k != "refeeding_started_on"}
    is_child = str(patient.get("birth_date") or "").startswith("2011")
    return {**case, "patient": {**patient, **({"birth_date": "1994-05-01"} if is_child else {})}}


def older(day: str, days: int) -> str:
    return (date.fromisoformat(str(day)[:10]) - timedelta(days=days)).isoformat()


@settings(max_examples=60)
@given(st.data())
def test_a_worse_value_never_improves_a_verdict(data):
    variable = data.draw(st.sampled_from(NUMBERS))
    case = without(cases(data.draw), variable, *RAW.get(variable, ()))
    side = data.draw(st.sampled_from(sides(variable)))
    low, high = span(variable)
    one = data.draw(st.decimals(low, high, places=3))
    other = data.draw(st.decimals(low, high, places=3))
    worse, better = (min, max) if side is Side.LOW else (max, min)
    calm = middle(variable)
    pair = (worse(one, other), better(one, other))
    if calm is not None and ((pair[1] < calm) if side is Side.HIGH else (pair[1] > calm)):
        return  # the better one lies on the other side of what is clear

    case["purpose"] = purpose_of(variable)
    after, before = (judged(told(case, variable, v), only=variable).finding(variable) for v in pair)

    assert after.verdict >= before.verdict, pair


# Measured values with the side on which they get worse: -1 downwards, 1 upwards, from where on.
# Albumin and the ECG's heart rate are not here: they move another value the other way.
WORSENS = {
    "K": (-1, 4.2), "Na": (-1, 140), "Cl": (-1, 102), "HCO3": (1, 25), "Mg": (-1, 2.0),
    "P": (-1, 3.5), "glucose": (-1, 88), "Ca": (-1, 9.4), "Hb": (-1, 13.4), "WBC": (-1, 6),
    "ANC": (-1, 3.6), "plt": (-1, 250), "creatinine": (1, 0.8), "ALT": (1, 20), "GGT": (1, 18),
    "bilirubin": (1, 0.6), "hr_awake_rest": (-1, 60), "temp_c": (-1, 36.7), "qt_ms": (1, 400),
    "weight_kg": (-1, 68), "hr_standing_3min": (1, 74), "intake_kcal_day": (-1, 2000),
    "purging_frequency": (1, 0), "dehydration_pct": (1, 0), "bpic_ss": (1, 0),
    "cssrs_ideation_past_month": (1, 0), "qt_drug_count": (1, 0),
}  # fmt: skip


@settings(max_examples=20)
@given(st.data())
def test_a_worse_measurement_never_improves_the_outcome(data):
    name = data.draw(st.sampled_from(sorted(WORSENS)))
    case = cases(data.draw)
    way, calm = WORSENS[name]
    low, high = VALUES.get(name, (21, 249))
    side = (low, calm) if way < 0 else (calm, high)
    values = sorted((data.draw(between(name, *side)) for _ in range(2)), reverse=way > 0)

    worse, better = (judged(changed(case, **{name: value})) for value in values)

    assert worse.outcome >= better.outcome, (name, values)
    assert worse.tier >= better.tier, (name, values)


def between(name: str, low: float, high: float) -> st.SearchStrategy:
    if name in WHOLE:
        return st.integers(int(low), int(high))
    return st.decimals(str(low), str(high), places=2)


def purpose_of(variable: str) -> str:
    scope = ruleset().by_variable[variable][0].scope.value
    return "activation" if scope == "both" else scope


def told(case: dict, variable: str, value: object) -> dict:
    entry = {"value": str(value), "unit": ruleset().kinds[variable].unit, "confirmed": True}
    return added(case, **{variable: entry})


def sides(variable: str) -> list[Side]:
    found = {rule.limit.side for rule in ruleset().by_variable[variable]}
    return sorted(found - {Side.EITHER}, key=lambda side: side.value)


def span(variable: str) -> tuple[str, str]:
    """Return the range to draw from: what can be entered, or twice the outermost limit."""
    entry = ruleset().kinds[variable].entry(ruleset().kinds[variable].unit)
    if entry is not None and entry.outer is not None:
        return tuple(f"{float(end):.3f}" for end in entry.outer)  # type: ignore[return-value]
    return "0", f"{float(2 * max(limits(variable))):.3f}"


def limits(variable: str) -> list[Fraction]:
    return [*ends(variable, Side.LOW), *ends(variable, Side.HIGH)]


def ends(variable: str, side: Side) -> list[Fraction]:
    """Return where the rules of one side begin, seen from what is clear, and end."""
    bands = [r.limit.interval for r in ruleset().by_variable[variable] if r.limit.side is side]
    return [end for band in bands if band for end in (band.low, band.high) if end is not None]


def middle(variable: str) -> Fraction | None:
    """Return a value between the low and the high rules, where a variable has both."""
    low, high = ends(variable, Side.LOW), ends(variable, Side.HIGH)
    return (max(low) + min(high)) / 2 if low and high else None


@settings(max_examples=15)
@given(st.data())
def test_a_fact_that_is_not_known_is_never_better_than_any_answer(data):
    case = cases(data.draw)
    fact, answers = data.draw(
        st.sampled_from(
            [
                ("restrictive", (True, False)), ("purging", (True, False)), ("sex", ("F", "M")),
                ("insulin_treated", (True, False)), ("first_dose", (True, False)),
                ("dose_increase", (True, False)), ("oximeter", (True, False)),
                ("setting", ("home", "clinic")), ("childbearing_potential", (True, False)),
                ("location_state", ("FL", "NJ")),
                ("route", ("SL", "IM", "oral")), ("refeeding", (True, False)),
            ]
        )
    )  # fmt: skip
    unknown = judged({**case, "patient": {**case["patient"], fact: None}})

    for answer in answers:
        known = judged({**case, "patient": {**case["patient"], fact: answer}})

        assert unknown.outcome >= min(known.outcome, Verdict.UNKNOWN), (fact, answer)


@settings(max_examples=10)
@given(st.data())
def test_a_judgement_is_the_worst_of_its_parts_and_needs_what_blocks_it(data):
    judgement = judged(cases(data.draw))

    worst = max(rule.verdict for rule in judgement.rules)
    assert judgement.outcome == max(worst, Verdict.UNKNOWN if judgement.missing_facts else worst)
    assert bool(judgement.needs) is (judgement.outcome >= Verdict.CAUTION)
    assert all(rule.value is not None for rule in judgement.rules if rule.verdict is Verdict.CLEAR)
