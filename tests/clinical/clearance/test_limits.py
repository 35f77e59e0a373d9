"""A rule's limit as a person says it; the file's own signs are for the file."""

import pytest

from dashboard.clinical.clearance import ruleset
from dashboard.clinical.clearance.limits import limit


@pytest.mark.parametrize(
    ("op", "text", "said"),
    [
        ("<", "40", "below 40"),
        ("<=", "40", "40 or less"),
        (">", "500", "above 500"),
        (">=", "2", "2 or more"),
        ("in", "[40,50]", "40 to 50"),
        ("in", "[3,14)", "3 to under 14"),
        ("in", "(450,500)", "above 450 to under 500"),
    ],
)
def test_a_limit_is_said_without_signs(op, text, said):
    assert limit(op, text).said == said


def test_every_limit_of_the_rules_can_be_said_without_signs():
    said = [rule.said for rule in ruleset().rules]

    assert not [words for words in said if set(words) & set("<>=[]()")]
