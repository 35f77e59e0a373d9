"""DSM severity, at every edge; what it cannot say; codes that exclude each other."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.clinical import severity
from dashboard.clinical.diagnoses import is_billable
from dashboard.clinical.severity import BadSeverityTable, contradictions, disorder_of, suggest

EDGES = [
    ("an_restricting", "14.999", "F50.013", "extreme"),
    ("an_restricting", "15", "F50.012", "severe"),
    ("an_restricting", "15.9999", "F50.012", "severe"),
    ("an_restricting", "16", "F50.011", "moderate"),
    ("an_restricting", "16.995", "F50.011", "moderate"),
    ("an_restricting", "17", "F50.010", "mild"),
    ("an_restricting", "18.4", "F50.010", "mild"),
    ("an_binge_purge", "14.99", "F50.023", "extreme"),
    ("an_binge_purge", "15.0", "F50.022", "severe"),
    ("an_binge_purge", "16.0", "F50.021", "moderate"),
    ("an_binge_purge", "17.0", "F50.020", "mild"),
    ("bn", "1", "F50.21", "mild"),
    ("bn", "3.9", "F50.21", "mild"),
    ("bn", "4", "F50.22", "moderate"),
    ("bn", "7", "F50.22", "moderate"),
    ("bn", "8", "F50.23", "severe"),
    ("bn", "13", "F50.23", "severe"),
    ("bn", "14", "F50.24", "extreme"),
    ("bn", "40", "F50.24", "extreme"),
    ("bed", "1", "F50.810", "mild"),
    ("bed", "3", "F50.810", "mild"),
    ("bed", "4", "F50.811", "moderate"),
    ("bed", "7", "F50.811", "moderate"),
    ("bed", "8", "F50.812", "severe"),
    ("bed", "13", "F50.812", "severe"),
    ("bed", "14", "F50.813", "extreme"),
]


@pytest.mark.parametrize(("disorder", "value", "code", "label"), EDGES)
def test_each_edge_belongs_to_the_band_it_begins(disorder, value, code, label):
    found = suggest(disorder, value=Decimal(value), age_years=30)

    assert (found.code, found.label) == (code, label)
    assert value in found.words and code in found.words


LIMITS = [
    (disorder.id, low, high)
    for disorder in severity.disorders().values()
    for low, high in pairwise(disorder.bands)
]


@pytest.mark.parametrize(("disorder", "low", "high"), LIMITS)
def test_a_hair_below_every_limit_is_the_band_before(disorder, low, high):
    hair = Decimal("0.000001")

    assert suggest(disorder, value=high.low, age_years=30).code == high.code
    assert suggest(disorder, value=high.low - hair, age_years=30).code == low.code
    assert suggest(disorder, value=high.low + hair, age_years=30).code == high.code


def test_every_edge_of_every_table_stands_in_the_list_above():
    listed = {(disorder, Decimal(value)) for disorder, value, *_ in EDGES}
    edges = {
        (disorder.id, band.low)
        for disorder in severity.disorders().values()
        for band in disorder.bands
        if band.low is not None
    }

    assert edges <= listed


@pytest.mark.parametrize("disorder", ["bn", "bed"])
@pytest.mark.parametrize("value", ["0", "0.5", "0.99"])
def test_less_than_one_episode_a_week_gives_no_severity_but_a_reason(disorder, value):
    found = suggest(disorder, value=Decimal(value), age_years=30)

    assert found.code is None
    assert "criterion is not met" in found.words


def test_an_adult_table_is_never_applied_under_eighteen():
    found = suggest("an_restricting", value=Decimal("15.5"), age_years=17)

    assert found.code is None
    assert "percentile" in found.words


def test_without_age_or_measure_nothing_is_suggested():
    assert suggest("an_restricting", value=Decimal(15), age_years=None).code is None
    missing = suggest("bn", value=None, age_years=30)
    assert missing.code is None
    assert missing.words == "Not measured: compensatory episodes a week."


@pytest.mark.parametrize("value", [Decimal(-1), Decimal("NaN"), Decimal("Infinity")])
def test_an_impossible_value_is_refused(value):
    with pytest.raises(ValueError, match="not possible"):
        suggest("bed", value=value, age_years=30)


@given(
    st.sampled_from(sorted(severity.disorders())),
    st.decimals(0, 60, places=3),
    st.decimals(0, 60, places=3),
)
def test_a_worse_value_never_gives_a_milder_degree(disorder, one, other):
    order = ["", "mild", "moderate", "severe", "extreme"]
    low, high = sorted([one, other])
    first, second = (
        order.index(suggest(disorder, value=value, age_years=30).label) for value in (low, high)
    )
    is_bmi = severity.disorders()[disorder].measure is severity.Measure.BMI

    assert second <= first if is_bmi else first <= second


def test_every_degree_can_be_billed_and_leads_back_to_its_disorder():
    for disorder in severity.disorders().values():
        for band in disorder.bands:
            assert is_billable(band.code)
            assert disorder_of(band.code) == disorder
    assert disorder_of("F50.82") is None


def test_anorexia_of_the_purging_type_and_bulimia_exclude_each_other():
    (words,) = contradictions(["F50.021", "f50.22"])

    assert "F50.021" in words and "F50.22" in words and "Excludes1" in words
    assert contradictions(["F50.011", "F50.22"]) == ()
    assert contradictions(["F50.010", "F33.1", "F41.1"]) == ()


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ('{ code = "F50.21", label = "a", from = "1", below = "4" },', "ends"),
        (
            '{ code = "F50.21", label = "a", from = "1", below = "4" },'
            '{ code = "F50.22", label = "b", from = "5" },',
            "do not meet",
        ),
        ('{ code = "F50.2", label = "a", from = "1" },', "no billable code"),
        ('{ code = "F50.810", label = "a", from = "1" },', "no billable code"),
    ],
)
def test_a_table_with_a_gap_or_a_wrong_code_is_refused(broken, why):
    text = (
        '[[disorder]]\nid = "bn"\nlabel = "B"\nparent = "F50.2"\n'
        f'measure = "compensatory_per_week"\nunit = "episodes"\nbands = [{broken}]\n'
    )
    with pytest.raises(BadSeverityTable, match=why):
        severity.read_table(text)


def test_the_mildest_degree_of_anorexia_leaves_the_low_weight_to_the_physician():
    mild = suggest("an_restricting", value=Decimal("25"), age_years=30)
    severe = suggest("an_restricting", value=Decimal("15.5"), age_years=30)
    assert mild.code == "F50.010" and "significantly low" in mild.words
    assert "significantly low" not in severe.words
