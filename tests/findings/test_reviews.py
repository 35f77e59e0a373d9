"""Reviews: one press answers with none what is due, and never what nobody asked or was a yes."""

import datetime as dt
from fractions import Fraction

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.clinical.clearance import Finding, ruleset
from dashboard.db import db
from dashboard.findings import review_routes, reviews
from dashboard.sessions import planning
from tests.cast import form_fields, sign_in
from tests.findings.desk import cleared, path, words

NOON = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
ANSWERS = "SELECT kind, entered, source, taken_on FROM finding ORDER BY place"


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def alice(app, cast, at_noon):
    return sign_in(app, cast.alice)


def ask(visitor, cast, group, **answers):
    return visitor.fill_in(path(cast, f"/review/{group}"), answers)


def test_every_question_is_in_a_group_with_a_title():
    asked = {kind.review for kind in ruleset().kinds.values() if kind.review}
    assert asked == set(reviews.GROUPS)


@pytest.mark.parametrize(
    "kind",
    ["home_setup_ok", "monitor_agreement_signed", "bp_cuff_validated", "adult_monitor_present",
     "live_clinician_on_video", "medical_monitoring_clinician_named", "intake_kcal_day",
     "hours_since_food", "cssrs_ideation_past_month", "cssrs_behaviour_3mo",
     "childbearing_potential", "restrictive", "purging", "insulin_treated", "oximeter"],
)  # fmt: skip
def test_none_never_answers_what_it_would_harm(kind):
    assert reviews.harmless(kind) is None


def test_none_meets_no_rule_wherever_it_answers():
    read: dict[str, bool | str | Fraction] = {"no": False, "none": "none", "0": Fraction(0)}
    for kind in ruleset().kinds.values():
        answer = reviews.harmless(kind.name) if kind.review else None
        for rule in ruleset().by_variable.get(kind.name, ()) if answer else ():
            assert not rule.limit.is_met_by(read[answer]), rule.id


def test_one_press_stores_each_item_as_its_own_dated_answer(alice, cast, rows):
    page = words(alice.get(path(cast, "/review/symptoms")))
    assert "Never asked" in page and "None of these 12, asked today" in page
    answer = ask(alice, cast, "symptoms", act="none")
    assert answer.location.endswith("/findings/review/behaviours"), "the next one that is due"
    stored = rows(ANSWERS)
    assert len(stored) == 12 and {r.source for r in stored} == {"self-report"}
    assert {r.entered for r in stored} == {"no", "0", "none"}
    assert [r.way for r in rows("SELECT way FROM finding_set")] == ["asked in a review"]


def test_a_yes_stands_among_the_others_and_is_never_turned_by_none(app, alice, cast, rows, at_noon):
    ask(alice, cast, "symptoms", syncope_14d="yes", act="none")
    assert dict((r.kind, r.entered) for r in rows(ANSWERS))["syncope_14d"] == "yes"

    at_noon.shift(dt.timedelta(days=9))
    alice = sign_in(app, cast.alice)
    page = words(alice.get(path(cast, "/review/symptoms")))
    assert "yes, 23-Nov-2026" in page and "was not none: answer it by itself" in page
    assert "None of the 11 others" in page
    ask(alice, cast, "symptoms", act="none")
    fainted = rows("SELECT entered FROM finding WHERE kind = 'syncope_14d'")
    assert [r.entered for r in fainted] == ["yes"], "not asked is never no"


@pytest.mark.one_database
def test_none_answers_only_what_its_page_asked(app, alice, cast, at_noon, rows):
    symptoms = path(cast, "/review/symptoms")
    first, second = alice.fields(symptoms), alice.fields(symptoms)
    alice.post(symptoms, {**first, "act": "none"})
    answered = len(rows(ANSWERS))
    late = alice.post(symptoms, {**second, "act": "none"})
    assert late.status_code == 303, "the same questions, asked in another tab"
    assert len(rows(ANSWERS)) == 2 * answered

    page = {**alice.fields(symptoms), "act": "none"}
    ask(alice, cast, "symptoms", syncope_14d="yes")
    before = len(rows(ANSWERS))
    refused = alice.post(symptoms, page)
    assert refused.status_code == 422 and "Read them again" in words(refused)
    assert len(rows(ANSWERS)) == before, "a question fewer than was shown: it is read again"
    again = {**form_fields(refused.text), "act": "none"}
    assert alice.post(symptoms, again).status_code == 303


def test_documents_and_cssrs_are_answered_by_themselves(alice, cast, rows):
    ask(alice, cast, "psychiatric", act="none")
    assert not {"cssrs_ideation_past_month", "cssrs_behaviour_3mo"} & {
        r.kind for r in rows(ANSWERS)
    }
    ask(alice, cast, "psychiatric", cssrs_ideation_past_month="4", cssrs_behaviour_3mo="no")
    assert ("cssrs_ideation_past_month", "4") in [(r.kind, r.entered) for r in rows(ANSWERS)]
    ask(alice, cast, "home and sitter", home_setup_ok="yes", act="none")
    homes = {r.kind: r.source for r in rows(ANSWERS)}
    assert homes["home_setup_ok"] == "clinic" and "monitor_agreement_signed" not in homes


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Answer at least one, or press None of these."),
        ({"syncope_14d": "perhaps"}, "choose one of the answers shown"),
        ({"dehydration_pct": "some"}, "Enter a number, such as 4.2."),
        ({"dehydration_pct": "-3"}, "choose one of the answers shown"),
        ({"haematemesis": "\x00"}, "choose one of the answers shown"),
    ],
)  # fmt: skip
@pytest.mark.one_database
def test_an_answer_that_is_none_comes_back(alice, cast, rows, answers, said):
    answer = ask(alice, cast, "symptoms", **answers)
    assert answer.status_code == 422 and said in words(answer)
    assert not rows("SELECT id FROM finding")


def test_a_stable_patient_is_asked_only_what_is_stale(app, alice, cast, at_noon, rows):
    cleared(app, cast)
    page = words(alice.get(path(cast, "/reviews")))
    assert "Due now" not in page and "History In date" in page

    with app.app_context(), acting_as_job("test data"):
        (session,) = planning.planned(cast.ann)
        planning.cancel(session, by=cast.alice, reason="put off")
        db.session.commit()
        db.session.remove()
    at_noon.shift(dt.timedelta(days=8))
    alice = sign_in(app, cast.alice)
    page = words(alice.get(path(cast, "/reviews")))
    assert "Next: Symptoms" in page and page.count("Due now") == 1
    group = words(alice.get(path(cast, "/review/symptoms")))
    assert "no, 22-Nov-2026" in group and "out of date since 29-Nov-2026" in group
    done = ask(alice, cast, "symptoms", act="none")
    assert done.location.endswith("/findings/reviews"), "nothing else is due"
    assert "Due now" not in words(alice.get(done.location))


def test_a_group_nobody_knows_is_not_there(alice, cast):
    assert alice.get(path(cast, "/review/horoscope")).status_code == 404


@pytest.mark.parametrize(
    ("question", "days", "said"),
    [
        (None, 1, "until 24-Nov-2026, 1 day left"),
        (None, 9, "until 02-Dec-2026, 9 days left"),
        (None, -1, "out of date since 22-Nov-2026"),
        ("said in an intake that is not signed", 9,
         "said in an intake that is not signed: to be confirmed"),
    ],
)  # fmt: skip
def test_a_known_answer_says_until_when_it_counts_or_why_it_is_asked(question, days, said):
    on = dt.date(2026, 11, 23)
    kind = ruleset().kinds["syncope_14d"]
    known = Finding(kind=kind.name, value=False, on=on, entered="no", question=question)
    item = reviews.Item(
        kind=kind, part=reviews.Part.DUE, is_required=True, known=known, fact=None,
        valid_until=on + dt.timedelta(days=days), is_covered=True,
    )  # fmt: skip

    assert review_routes.lasts(item, on) == said
