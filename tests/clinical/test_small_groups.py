"""A small group is told as its number, and nobody finds it by taking others from the whole."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.clinical.small_groups import Telling, told

FEWEST = 5


def of(**sizes):
    """Return groups of these sizes without overlap, and everybody in them."""
    groups = {name: {f"{name}{number}" for number in range(size)} for name, size in sizes.items()}
    return groups, [one for members in groups.values() for one in members]


def said(**sizes):
    groups, whole = of(**sizes)
    return {name: str(one) for name, one in told(groups, whole=whole, fewest=FEWEST).items()}


def test_four_are_too_few_and_five_are_enough():
    assert said(anorexia=4, bulimia=5, binge=7) == {
        "anorexia": "too few", "bulimia": "the rest is too few", "binge": "told",
    }  # fmt: skip
    assert said(anorexia=5, bulimia=6) == {"anorexia": "told", "bulimia": "told"}


def test_two_small_groups_that_are_enough_together_hide_each_other():
    assert said(anorexia=3, bulimia=4, binge=9)["binge"] == "told"


def test_what_is_not_told_of_the_whole_hides_by_itself():
    assert said(anorexia=3, bulimia=1) == {"anorexia": "too few", "bulimia": "too few"}


def test_everybody_in_one_group_leaves_nobody_to_find():
    assert said(anorexia=12) == {"anorexia": "told"}
    groups = {"anorexia": {"a", "b", "c", "d", "e"}}
    assert told(groups, whole="abcdef", fewest=FEWEST)["anorexia"] is Telling.REST_TOO_FEW


@given(
    st.dictionaries(st.sampled_from("ABCDEF"), st.sets(st.integers(0, 40)), max_size=6),
    st.sets(st.integers(0, 40)),
)
def test_those_not_told_are_nobody_or_enough(groups, others):
    whole = set().union(others, *groups.values())

    found = told(groups, whole=whole, fewest=FEWEST)

    shown = [groups[name] for name, one in found.items() if one is Telling.TOLD]
    assert all(len(members) >= FEWEST for members in shown)
    if len(whole) >= FEWEST:
        left = whole.difference(*shown) if shown else set()
        assert not left or len(left) >= FEWEST
