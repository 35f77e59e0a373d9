"""What a patient's clearance pages cost: statements that do not grow with the history."""

import pytest

from tests.clearance.stable import one

ACCESS_AND_TRAIL = 1 + 1 + 3  # sign-in; patient; head, event, head
PAGES = {"": 20, "/checks/new": 21, "/rules/L02b/override": 17}


@pytest.mark.parametrize("more", [0, 30])
def test_the_pages_keep_their_ceiling_at_any_length(alice, stable, record, counting, more):
    record([found for _ in range(1 + more) for found in one("hr_awake_rest", "70", "bpm")])
    for end, budget in PAGES.items():
        alice.get(f"{stable}{end}")
        with counting() as sent:
            assert alice.get(f"{stable}{end}").status_code == 200
        assert len(sent) <= budget + ACCESS_AND_TRAIL, (end, sent.texts)
