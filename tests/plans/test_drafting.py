"""A draft is saved as far as it goes, compared, and never lost; what cannot be read is told."""

import re

import pytest

from dashboard.clinical.courses import PlanState
from dashboard.db import db
from dashboard.plans import content as contents
from dashboard.plans.models import TreatmentPlan
from tests.cast import sign_in
from tests.plans.test_pages import PLAN, ask, base, check, drafted, put_into_force, text

__all__ = ["ask", "base", "check"]


def stored():
    (plan,) = db.session.query(TreatmentPlan).filter_by(state=PlanState.DRAFT)
    return contents.read(plan.content)


def hidden_of(alice, at):
    """Return what the sign page would send, had it a button."""
    page = alice.get(f"{at}/sign")
    return dict(re.findall(r'name="(submission_id|version|page)"[^>]*value="([^"]*)"', page.text))


def test_an_incomplete_draft_is_saved_names_what_lacks_and_is_not_signed(alice, base, ask):
    at = drafted(alice, base, nutrition="", **{"series-dose_mg": ""})
    page = text(alice.get(at))
    assert "2 things are still to say" in page and "Say what the nutrition care is" in page
    refused = alice.post(f"{at}/sign", hidden_of(alice, at))
    assert refused.status_code == 422 and "This plan cannot be signed yet" in refused.text
    added = alice.fill_in(f"{at}/edit", {"then": "goal"})
    assert added.location.endswith("edit#goals-2-words")
    saved = ask(stored)
    assert [goal.is_primary for goal in saved.goals] == [True, False] and len(saved.roles) == 1


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"series-dose_mg": "sNaN"}, "Enter a number, such as 36.6."),
        ({"series-dose_mg": "3_0"}, "Enter a number, such as 36.6."),
        ({"series-sessions": str(2**63)}, "Enter a whole number"),
        ({"series-end_on": "31-Feb-2027"}, "series-end_on-error"),
        ({"series-route": "by mail"}, "Choose one from the list."),
        ({"goals-0-measure": "../phq9"}, "Choose one from the list."),
        ({"window_opens": ""}, "Enter hours after the dose."),
        ({"formulation": "x" * 10_001}, "Shorten this to 10,000 characters"),
        ({"goals-0-target": "-1"}, "Enter a value from 0"),
    ],
)
@pytest.mark.one_database
def test_what_cannot_be_read_is_told_and_the_rest_is_kept(alice, base, ask, changes, words):
    at = drafted(alice, base)
    answer = alice.fill_in(f"{at}/edit", {"pharmacy": "", "nutrition": "Kept <b>text</b> שלום",
                                          **changes})  # fmt: skip
    assert answer.status_code == 422 and words in answer.text
    assert "Kept &lt;b&gt;text&lt;/b&gt; שלום" in answer.text
    assert ask(stored).nutrition == PLAN["nutrition"], "nothing is half saved"


def test_of_two_who_write_a_draft_the_second_sees_both_texts(alice, base, ask):
    at = drafted(alice, base)
    opened = alice.fields(f"{at}/edit")
    assert alice.fill_in(f"{at}/edit", {"series-cadence": "every 14 days"}).status_code == 303
    late = {**opened, "series-cadence": "every 10 days", "nutrition": "My text."}
    answer = alice.post(f"{at}/edit", late)
    assert answer.status_code == 409 and "Alice Adler saved this draft at" in text(answer)
    for words in ("every 14 days", "every 10 days", "My text."):
        assert words in answer.text
    assert ask(stored).series.cadence == "every 14 days"


def test_a_draft_signed_meanwhile_is_not_written_and_the_text_is_shown(alice, base):
    at = drafted(alice, base)
    opened = alice.fields(f"{at}/edit")
    assert alice.fill_in(f"{at}/sign", {}).status_code == 303
    answer = alice.post(f"{at}/edit", {**opened, "nutrition": "My late text."})
    assert answer.status_code == 409 and "is no draft any more" in text(answer)
    assert "My late text." in answer.text


def test_the_next_version_asks_why_and_is_compared_in_words(alice, base, check):
    first = put_into_force(alice, base, check)
    begun = alice.fill_in(f"{base}/new", {"start": "copy"})
    at = begun.location.removesuffix("/edit")
    assert alice.fill_in(f"{at}/edit", {"series-dose_mg": "80"}).status_code == 303
    assert "Say why the plan changes." in alice.get(f"{at}/sign").text
    assert alice.fill_in(f"{at}/edit", {"change_reason": "Too little."}).status_code == 303
    look = text(alice.get(f"{at}/sign"))
    assert "Against version 1" in look and "60 mg, fixed" in look and "80 mg, fixed" in look
    told = text(alice.get(f"{base}/compare?before=1&after=2"))
    assert "1 change" in told and alice.get(f"{base}/compare?before=x").status_code == 200
    assert alice.fill_in(f"{at}/sign", {}).status_code == 303
    check()
    assert alice.fill_in(f"{at}/activate", {}).status_code == 303
    assert "Superseded" in text(alice.get(first))
    assert alice.get(f"{first}/print").status_code == 200


def test_no_step_is_taken_from_a_stale_tab_twice_or_on_another_patients_chart(
    alice, base, check, cast, app
):
    at = put_into_force(alice, base, check)
    opened = alice.fields(f"{at}/hold")
    said = {"cause": "by hand", "reason": "Seen at noon."}
    assert alice.post(f"{at}/hold", {**opened, **said}).status_code == 303
    assert alice.post(f"{at}/hold", {**opened, **said}).status_code == 303, "leads to the first"
    stale = alice.post(f"{at}/hold", {**opened, **said, "submission_id": "a" * 24})
    assert stale.status_code == 409 and "Seen at noon." in stale.text
    made_up = alice.fill_in(f"{at}/hold", {"cause": "by rule", "reason": "Mine."})
    assert made_up.status_code == 422 and "Choose why it is held." in made_up.text
    assert alice.get(f"{at}/activate").status_code == 409
    bob = sign_in(app, cast.bob)
    for path in (at, f"{at}/resume", f"{at}/print"):
        assert bob.get(path).status_code == 404
        foreign = path.replace(cast.ann_ref, cast.ben_ref)
        assert bob.get(foreign).status_code == 404
