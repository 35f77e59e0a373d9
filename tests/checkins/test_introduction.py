"""Long instructions have a page of their own, so that the question below them fits a phone."""

import pytest

from tests.checkins.phone import ask, phone_of

pytestmark = pytest.mark.one_database


def test_long_instructions_come_once_before_the_first_question(app, cast):
    phone = phone_of(app, ask(app, cast.ann, "phq2", "pcl5"))
    assert phone.answer(1, 0).location == "/check-in/2", "short ones stand above the question"

    assert phone.answer(2, 0).location == "/check-in/3/about"
    told = phone.get("/check-in/3/about").text
    assert "bothered by that problem" in told and 'href="/check-in/3"' in told
    first = phone.get("/check-in/3").text
    assert 'class="stem">Below is a list' not in first and "How to answer" in first
    assert phone.answer(3, 1).location == "/check-in/4", "and not before every question"


@pytest.mark.parametrize("number", [0, 1, 4, 99])
def test_no_other_question_has_such_a_page(app, cast, number):
    phone = phone_of(app, ask(app, cast.ann, "phq2", "pcl5"))
    assert phone.get(f"/check-in/{number}/about").status_code == 404
