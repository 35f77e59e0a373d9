"""Patients of the sources, and the verdicts that they ask for."""

from decimal import Decimal
from fractions import Fraction

import pytest

from dashboard.clinical.clearance import Judgement, Reason, Verdict
from tests.clinical.clearance.complete_cases import changed, complete, judged, toml, without

VIGNETTES = toml("vignettes.toml")["vignette"]


def case_of(vignette: dict) -> dict:
    case = complete(
        vignette.get("purpose", "activation"), on=vignette.get("on"),
        **{k: v if v != "" else None for k, v in vignette.get("patient", {}).items()},
    )  # fmt: skip
    if vignette.get("remove_everything"):
        return {**case, "patient": {}, "findings": [], "answers": {}}
    case = without(case, *vignette.get("remove", ()))
    case = changed(case, **vignette.get("findings", {}))
    return {**case, "answers": {**case["answers"], **vignette.get("answers", {})}}


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda one: one["name"])
def test_a_patient_of_the_sources_is_judged_as_they_say(vignette: dict):
    judgement = judged(case_of(vignette))

    assert vignette["source"]
    if "outcome" in vignette:
        assert judgement.outcome.name == vignette["outcome"], told(judgement)
    if "tier" in vignette:
        assert judgement.tier.value == vignette["tier"], judgement.tier_reasons
    if "only" in vignette:
        assert {r.rule.id for r in judgement.rules if r.fires} == set(vignette["only"])
    for id, verdict in vignette.get("rules", {}).items():
        assert judgement.rule(id).verdict is Verdict[verdict], f"{id}: {judgement.rule(id)}"
    for id, value in vignette.get("values", {}).items():
        assert near(judgement.rule(id).value, value), judgement.rule(id).value
    for variable in vignette.get("unknown", ()):
        assert judgement.finding(variable).verdict is Verdict.UNKNOWN, variable
    assert set(vignette.get("in_question", ())) <= set(judgement.because(Reason.UNIT))
    assert set(vignette.get("missing", ())) <= set(judgement.missing)


def test_there_are_enough_of_them():
    assert len(VIGNETTES) >= 60
    assert len({vignette["name"] for vignette in VIGNETTES}) == len(VIGNETTES)


def near(value: object, expected: Decimal) -> bool:
    """Whether a number rounds to the printed one."""
    digits = -int(expected.as_tuple().exponent)
    return isinstance(value, Fraction) and abs(value - Fraction(expected)) <= Fraction(
        1, 2 * 10**digits
    )


def told(judgement: Judgement) -> list[str]:
    return [f"{need.name} {need.verdict.name} {need.reason}" for need in judgement.needs]
