"""Writing an intake: sections in any order, nothing lost, nothing half saved, nothing assumed."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
import time_machine

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.intake import actions
from dashboard.intake.models import EvaluationSection, EvaluationSectionRevision
from tests.cast import form_fields

NOW = "2026-11-24 04:52:00+00:00"  # shortly before midnight in New York


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


def contents(app, cast):
    with app.app_context(), acting_as_job("look"):
        found = next(iter(actions.evaluations(cast.ann)))
        return actions.contents(actions.sections_of(found))


@pytest.mark.one_database
def test_a_chart_without_intake_says_what_to_do(alice, cast):
    page = alice.get(f"/patients/{cast.ann_ref}/intake").text

    assert "Begin one and start with what you know" in page
    assert "Begin intake for Ann Abel" in page


def test_a_section_is_saved_left_and_found_again(app, cast, desk):
    sent = desk.write("course", {"onset": "Sep-2011", "restrictive": "yes", "purging": "declined"})
    page = desk.visitor.get(desk.section("course")).text

    assert sent.status_code == 303
    assert sent.location.endswith(desk.path)
    assert 'value="Sep-2011"' in page
    assert "Incomplete" in page
    assert "Course since then" in page
    assert "Declined" in page
    saved = contents(app, cast)["course"]
    assert saved["onset"].value == "2011-09"
    assert saved["restrictive"].value is True
    assert saved["purging"].value == "declined"
    assert "course" not in saved


@pytest.mark.one_database
def test_continue_leads_on_and_adding_a_line_stays(desk):
    onward = desk.write("presenting", {"own_words": "I cannot stop."}, then="continue")
    stays = desk.write("medicines", {"taken-0-name": "Bupropion XL"}, then="stay")
    page = desk.visitor.get(stays.location).text

    assert onward.location.endswith("/sections/course")
    assert stays.location.endswith("/sections/medicines")
    assert "In progress" in page
    assert 'name="taken-2-name"' in page
    assert 'name="taken-3-name"' not in page


@pytest.mark.one_database
def test_findings_stand_beside_the_form_with_their_sources(desk):
    before = desk.visitor.get(desk.section("medical")).text
    desk.write("medical", {"aneurysm_or_avm_or_ich_history": "yes", "acute_porphyria": "unknown"})
    desk.write("medicines", {
        "taken-0-name": "Bupropion XL 150", "taken-1-name": "Wonderpill", "bupropion": "no",
        "allergies-unsaid": "none",
    })  # fmt: skip
    desk.write("course", {"an_bn_ever": "yes"})
    page = desk.visitor.get(desk.section("medicines")).text

    assert "Spravato PI section 4" not in before
    assert "Stop: 1" in page
    assert "Spravato PI section 4" in page
    assert "Caution: 1" in page
    assert "D05" in page, "a listed medicine outweighs a no"
    assert "Not in our list" in page
    assert "Acute porphyria" in page, "unknown is still missing"
    assert "Comes with medical clearance" in page
    assert not re.search(r"\b(clear to|cleared|safe to|is safe)\b", page, re.I)


@pytest.mark.one_database
def test_what_cannot_be_is_said_at_its_field_and_everything_else_stays(app, cast, desk):
    sent = desk.write("course", {
        "onset": "1990", "preoccupied": "lots", "illness_free_months": "-3",
        "food_rules": "a" * 100_000, "course": "<script>alert(1)</script> שלום 🙂",
        "purging": "maybe", "body_distress-unsaid": "sometimes",
    })  # fmt: skip

    assert sent.status_code == 422
    for words in (
        "before the patient’s birth", "Enter a number, such as 3", "it has 100,000",
        "Choose yes or no.", "Choose one of the list.",
    ):  # fmt: skip
        assert sent.text.count(words) >= 2, f"{words}: at the field and in the summary"
    assert "&lt;script&gt;alert(1)&lt;/script&gt; שלום 🙂" in sent.text
    assert "a" * 100_000 in sent.text
    assert "course" not in contents(app, cast)


@pytest.mark.parametrize(
    "bad", ["sNaN", "3_0", str(2**63), "\x00", "1" * 10**5, "‮12", "٣", "1/0", "23-Nov-2026"]
)
@pytest.mark.one_database
def test_no_text_in_a_number_breaks_a_page(desk, bad):
    sent = desk.write("behaviours", {"vomiting": bad, "binges": "3"})

    assert sent.status_code in {303, 422}
    if bad not in {"\x00", "‮12"}:  # what is left of these is nothing, or a number
        assert sent.status_code == 422
        assert 'value="3"' in sent.text


@pytest.mark.one_database
def test_a_questioned_number_is_asked_about_once_and_confirmed_by_a_tick(app, cast, desk):
    first = desk.write("weights", {"current": "200", "current-unit": "kg"})
    again = desk.visitor.post(
        desk.section("weights"),
        {**_fields(first), "current": "200", "current-sure": "200 kg", "then": "leave"},
    )

    assert first.status_code == 422
    assert "Did you mean 200 lb" in first.text
    assert again.status_code == 303
    assert contents(app, cast)["weights"]["current"].value.is_sure


def test_weights_are_absent_until_shown_and_the_showing_is_on_the_trail(desk, rows):
    desk.write("weights", {
        "current": "43.2", "current-unit": "kg", "current_on": "20-Nov-2026",
        "current_source": "measured at this practice", "height": "165", "height-unit": "cm",
        "highest": "61.7", "highest-unit": "kg", "highest_on": "2015",
        "intake_kcal": "613",
    })  # fmt: skip
    hidden = [desk.visitor.get(path).text for path in (
        desk.section("weights"), desk.section("course"), desk.path, f"{desk.path}/sign",
        f"{desk.path}/print", f"{desk.path}/diagnoses?q=anorexia",
    )]  # fmt: skip
    desk.visitor.post(f"{desk.section('weights')}/weights")
    shown = desk.visitor.get(desk.section("weights")).text
    after = desk.visitor.get(desk.section("weights")).text

    for page in (*hidden, after):
        for number in ("43.2", "61.7", "15.86", "613", "30.0"):
            assert not re.search(rf"(?<![\w.]){number}(?!\w)", page), number
    assert 'value="43.2"' in shown
    assert "15.86" in shown
    assert "30.0 % below the highest adult weight" in shown
    told = rows("SELECT count(*) FROM audit_event WHERE action = 'show weight'")
    assert told[0][0] == 2, "once to write, once to read"


def test_two_who_write_one_section_see_both_texts(app, cast, desk):
    opened = desk.visitor.fields(desk.section("presenting"))
    desk.write("presenting", {"own_words": "The first text."})

    late = desk.visitor.post(
        desk.section("presenting"), {**opened, "own_words": "The second text.", "then": "leave"}
    )
    kept = desk.visitor.post(
        desk.section("presenting"), {**_fields(late), "own_words": "Both texts.", "then": "leave"}
    )

    before = desk.visitor.get(f"{desk.section('presenting')}/former").text

    assert "The first text." in before
    assert "Version 1" in before
    assert "Alice Adler" in before
    assert "Both texts." not in before
    assert late.status_code == 409
    assert "The first text." in late.text
    assert late.text.count("The second text.") >= 2
    assert kept.status_code == 303
    with app.app_context(), acting_as_job("look"):
        section = db.session.scalars(sa.select(EvaluationSection)).one()
        former = db.session.scalars(sa.select(EvaluationSectionRevision)).one()
    assert "Both texts." in section.content
    assert section.version == 2
    assert "The first text." in former.content
    assert former.version == 1


def test_a_draft_comes_back_with_every_line_and_is_gone_when_saved(desk):
    typed = {"taken-4-name": "Zinc", "taken-4-dose": "daily", "bupropion": "declined"}
    path = desk.section("medicines")
    kept = desk.visitor.post("/drafts", {"key": path, "path": path, "version": "0", **typed})
    page = desk.visitor.get(path).text
    desk.write("medicines", {})
    after = desk.visitor.get(path).text

    assert kept.status_code == 200
    assert "This is your draft" in page
    assert 'value="Zinc"' in page
    assert 'name="taken-6-name"' in page
    assert "This is your draft" not in after
    assert 'value="Zinc"' in after


def test_old_answers_keep_their_day_until_they_are_asked_again(app, cast, desk):
    with time_machine.travel("2026-11-24 04:55:00+00:00", tick=False):  # shortly before midnight
        desk.visitor.get(desk.path)
        desk.write("medical", {"acute_porphyria": "no", "child_pugh_b": "no"})
        fresh = desk.visitor.get(desk.section("medical")).text
    with time_machine.travel("2026-11-24 05:05:00+00:00", tick=False):
        page = desk.visitor.get(desk.section("medical")).text
        desk.write("medical", {"child_pugh_b": "yes"})
        changed = contents(app, cast)["medical"]
        desk.write("medical", {"asked_again": "y"})
        again = contents(app, cast)["medical"]

    assert "All of this was asked again today" not in fresh
    assert "All of this was asked again today" in page
    assert str(changed["acute_porphyria"].on) == "2026-11-23"
    assert str(changed["child_pugh_b"].on) == "2026-11-24"
    assert str(again["acute_porphyria"].on) == "2026-11-24"


def _fields(response):
    return form_fields(response.text)


def test_a_section_takes_eight_statements_at_most(desk, counting):
    desk.write("medicines", {"taken-0-name": "Zinc"})
    desk.write("course", {"onset": "2011"})
    with counting() as sent:
        desk.visitor.get(desk.section("course"))
    opened = 1 + 1 + 3  # sign-in, patient, trail
    assert len(sent.texts) <= opened + 8, sent.texts

    fields = desk.visitor.fields(desk.section("course"))
    with counting() as sent:
        desk.visitor.post(desk.section("course"), {**fields, "onset": "2012", "then": "leave"})
    judged = 18  # the clearance looks at everything it knows, in the same transaction
    assert len(sent.texts) <= 1 + 1 + 4 + 2 + 8 + judged, sent.texts
