"""Reading licences, use, cut-offs, norms and limits of change from a definition file."""

from fractions import Fraction

from dashboard.clinical.conditions import op_of
from dashboard.clinical.evidence import (
    Administration,
    ChangeLimits,
    Chart,
    Cutoff,
    Licence,
    LimitBasis,
    Permission,
    Psychometric,
    ReliabilityKind,
    Remission,
    Response,
)
from dashboard.clinical.logic import Op
from dashboard.clinical.sections import Section

_DAYS = {"hour": 1, "day": 1, "week": 7}
_NO_DAYS = {"now": "now", "lifetime": "lifetime", "session": "this session"}


def licence_of(section: Section) -> Licence:
    """Read `[licence]`."""
    return Licence(
        spdx_or_text=section.text("spdx_or_text"),
        text_included=section.flag("text_included"),
        commercial_use=section.choice("commercial_use", Permission),
        redistribution=section.choice("redistribution", Permission),
        verified=section.text("verified"),
        attribution=section.text_or_none("attribution"),
        source_url=section.text_or_none("source_url"),
        verified_on=section.day("verified_on"),
        verified_by=section.text_or_none("verified_by"),
        notes=section.text_or_none("notes"),
    )


def administration_of(section: Section) -> Administration:
    """Read `[administration]`."""
    days, words = section.build("recall", _recall_of)
    return Administration(
        respondent=section.text("respondent"),
        recall_days=days,
        recall_words=words,
        min_interval_days=section.whole("min_interval_days"),
        default_interval_days=section.whole("default_interval_days"),
        instructions=section.text_or_none("instructions"),
        minutes=section.whole_or_none("minutes"),
        after=section.text_or_none("after"),
        age_min=section.whole_or_none("age_min"),
        age_max=section.whole_or_none("age_max"),
        not_for=section.names("not_for"),
        notes=section.text_or_none("notes"),
        mode=section.names("mode"),
        overlap_reason=section.text_or_none("overlap_reason"),
        is_once=section.flag("once"),
    )


def cutoff_of(section: Section) -> Cutoff:
    """Read one of `[[cutoffs]]`."""
    return Cutoff(
        score=section.text("score"),
        op=_op(section),
        value=section.exact("value"),
        label=section.text("label"),
        population=section.text("population"),
        verified=section.text("verified"),
        sens=section.number_or_none("sens"),
        spec=section.number_or_none("spec"),
        citation=section.text_or_none("citation"),
        is_default=section.flag("default"),
    )


def psychometric_of(section: Section) -> Psychometric:
    """Read one of `[[psychometrics]]`."""
    return Psychometric(
        score=section.text("score"),
        population=section.text("population"),
        verified=section.text("verified"),
        n=section.whole_or_none("n"),
        mean=section.number_or_none("mean"),
        sd=section.number_or_none("sd"),
        alpha=section.number_or_none("alpha"),
        retest_r=section.number_or_none("retest_r"),
        retest_days=section.whole_or_none("retest_days"),
        citation=section.text_or_none("citation"),
    )


def change_of(section: Section) -> ChangeLimits:
    """Read `[scores.change]`."""
    kind = "reliability_kind"
    return ChangeLimits(
        rci_points=section.exact("rci_points"),
        basis=section.choice("basis", LimitBasis),
        verified=section.text("verified"),
        sd=section.number_or_none("sd"),
        reliability=section.number_or_none("reliability"),
        reliability_kind=section.choice(kind, ReliabilityKind) if kind in section else None,
        c=section.exact_or_none("c"),
        c_basis=section.text_or_none("c_basis"),
        c_itself_is_healthy=section.flag("c_itself_is_healthy"),
        mcid=section.exact_or_none("mcid"),
        response=section.build_or_none("response", _response_of),
        remission=section.build_or_none("remission", _remission_of),
        citation=section.text_or_none("citation"),
        notes=section.text_or_none("notes"),
    )


def chart_of(section: Section, *, lowest: Fraction, highest: Fraction) -> Chart:
    """Read `[scores.chart]`; the axis is the full range unless it says more."""
    y_min, y_max = section.exact_or_none("y_min"), section.exact_or_none("y_max")
    return Chart(
        y_min=lowest if y_min is None else y_min,
        y_max=highest if y_max is None else y_max,
        reverse_axis=section.flag("reverse_axis"),
        lines=tuple(Fraction(section.as_number(line, "lines")) for line in section.array("lines")),
        max_gap_days=section.whole_or_none("max_gap_days"),
        hide_from_patient=section.flag("hide_from_patient", default=True),
    )


def _recall_of(section: Section) -> tuple[int | None, str]:
    """Return the days an answer looks back on, None for "now" or "ever", and the words."""
    unit = section.text("unit")
    if unit in _NO_DAYS:
        return None, _NO_DAYS[unit]
    if unit == "month":
        raise section.misfit("write months in days, as the source counts them", "unit")
    if unit not in _DAYS:
        raise section.misfit(f'"{unit}" is none of hour, day, week, now, lifetime, session', "unit")
    window = section.whole("window")
    if window < 1:
        raise section.misfit("a recall window is at least 1", "window")
    days = -(-window // 24) if unit == "hour" else window * _DAYS[unit]
    words = section.text_or_none("words")
    return days, words or f"past {window} {unit}{'s' if window > 1 else ''}"


def _response_of(section: Section) -> Response:
    return Response(
        kind=section.text("type"),
        value=section.exact("value"),
        requires_baseline_ge=section.exact_or_none("requires_baseline_ge"),
    )


def _remission_of(section: Section) -> Remission:
    return Remission(
        op=_op(section), value=section.exact("value"), weeks=section.whole_or_none("weeks")
    )


def _op(section: Section) -> Op:
    return op_of(section.text("op"), at=section.place("op"))
