"""Corrections, errors, and dangers that stay until a named physician has said what was done."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.alerts.acting import alert_of, close
from tests.scores.filling import answers, enter, path_of, text_of

LONG = "x" * 100_000


def page_of(response) -> str:
    return str(response.request.path)


def test_a_correction_keeps_the_first_response_and_counts_instead(alice, cast, rows):
    first = page_of(enter(alice, cast.ann_ref, "gad7", answers(2, 7)))

    sent = alice.fill_in(f"{first}/correct", {"item_1": "3"})

    corrected = alice.get(sent.location)
    assert "This is a correction" in text_of(corrected)
    assert "15" in text_of(corrected)
    assert "Corrected later: does not count" in text_of(alice.get(first))
    assert len(rows("SELECT id FROM response")) == 2
    assert rows("SELECT value FROM latest_score WHERE score = 'total'") == [("15",)]


@pytest.mark.one_database
def test_a_correction_starts_from_what_was_written(alice, cast):
    first = page_of(enter(alice, cast.ann_ref, "gad7", {"1": 3, "4": 0}))

    fields = alice.fields(f"{first}/correct")

    assert fields["item_1"] == "3"
    assert fields["item_4"] == "0"
    assert "item_2" not in fields


def test_a_response_is_corrected_once_and_then_its_correction(alice, cast, rows):
    first = page_of(enter(alice, cast.ann_ref, "gad7", answers(2, 7)))
    alice.fill_in(f"{first}/correct", {"item_1": "3"})

    again = alice.fill_in(f"{first}/correct", {"item_1": "1"})

    assert again.status_code == 409
    assert len(rows("SELECT id FROM response")) == 2


def test_a_correction_entered_in_error_brings_the_first_back(alice, cast, rows):
    first = page_of(enter(alice, cast.ann_ref, "gad7", answers(2, 7)))
    second = alice.fill_in(f"{first}/correct", {"item_1": "3"}).location

    alice.fill_in(f"{second}/entered-in-error", {"reason": "Corrected the wrong one"})

    assert rows("SELECT value FROM latest_score WHERE score = 'total'") == [("14",)]
    assert "Corrected the wrong one" in text_of(alice.get(second))
    assert "Alice Adler" in text_of(alice.get(second))


def test_what_was_entered_in_error_is_kept_struck_and_leaves_no_latest_score(alice, cast, rows):
    first = page_of(enter(alice, cast.ann_ref, "gad7", answers(2, 7)))

    alice.fill_in(f"{first}/entered-in-error", {"reason": "Another patient's"})

    assert not rows("SELECT score FROM latest_score")
    listed = alice.get(f"/patients/{cast.ann_ref}/scores")
    assert "Entered in error" in text_of(listed)
    assert BeautifulSoup(listed.text, "html.parser").find("s").text == "14"


@pytest.mark.one_database
def test_changed_answers_are_marked(alice, cast):
    enter(alice, cast.ann_ref, "gad7", answers(2, 7), days_ago=14)

    page = enter(alice, cast.ann_ref, "gad7", {**answers(2, 7), "3": 0})

    marked = BeautifulSoup(page.text, "html.parser").select(
        "[aria-labelledby=answers-h] tbody tr:has(.tag)"
    )
    assert [row.th.get_text(" ", strip=True)[0] for row in marked] == ["3"]


def overview(visitor, ref: str) -> str:
    return text_of(visitor.get(f"/patients/{ref}"))


def test_a_danger_stays_in_view_until_a_named_physician_says_what_was_done(alice, cast):
    first = page_of(enter(alice, cast.ann_ref, "phq9", answers(1, 9)))
    everywhere = [f"/patients/{cast.ann_ref}{end}" for end in ("", "/scores", "/scores/new")]
    for path in (*everywhere, first):
        assert "item 9: 1, several days" in text_of(alice.get(path)), path

    close(alice, first, "Called her at once, safety plan reviewed.")

    assert "item 9: 1, several days" not in "".join(text_of(alice.get(p)) for p in everywhere)
    seen = text_of(alice.get(first))
    assert "Spoke with the patient. Alice Adler" in seen
    assert "Called her at once, safety plan reviewed." in text_of(alice.get(alert_of(alice, first)))


@pytest.mark.parametrize("how", ["corrected", "in error", "newer"])
def test_nothing_else_makes_a_danger_go_away(alice, cast, how):
    first = page_of(enter(alice, cast.ann_ref, "phq9", {**answers(0, 9), "9": 3}, days_ago=9))

    if how == "corrected":
        assert alice.fill_in(f"{first}/correct", {"item_9": "0"}).status_code == 303
    if how == "in error":
        alice.fill_in(f"{first}/entered-in-error", {"reason": "Typing error"})
    if how == "newer":
        enter(alice, cast.ann_ref, "phq9", answers(0, 9))

    assert "item 9: 3, nearly every day" in overview(alice, cast.ann_ref)
    assert "Look at this now" in overview(alice, cast.ann_ref)


def test_a_blank_on_item_nine_is_to_be_asked_and_stays_as_well(alice, cast):
    enter(alice, cast.ann_ref, "phq9", answers(0, 9, blank={9}))

    words = overview(alice, cast.ann_ref)

    assert "PHQ-9 item 9: not answered" in words
    assert "Ask what was left blank" in words


def test_marking_in_error_twice_says_so_and_keeps_the_first_reason(alice, cast, rows):
    first = page_of(enter(alice, cast.ann_ref, "gad7", answers(2, 7)))
    alice.fill_in(f"{first}/entered-in-error", {"reason": "Another patient's"})

    again = alice.fill_in(f"{first}/entered-in-error", {"reason": "Mine"})

    assert again.status_code == 409
    assert "This was marked before" in again.text
    assert "counts no more" not in text_of(alice.get(first))
    assert rows("SELECT entered_in_error_reason FROM response") == [("Another patient's",)]


@pytest.mark.one_database
@pytest.mark.parametrize("typed", ["", "   ", "\0", LONG])
def test_an_empty_or_endless_reason_is_refused(alice, cast, rows, typed):
    first = page_of(enter(alice, cast.ann_ref, "phq9", answers(1, 9)))

    answer = alice.fill_in(f"{first}/entered-in-error", {"reason": typed})

    assert answer.status_code == 422
    assert ("Shorten this" if typed == LONG else "Say why") in text_of(answer)
    assert rows("SELECT entered_in_error_at FROM response") == [(None,)]


@pytest.mark.one_database
@pytest.mark.parametrize("end", ["", "/correct", "/entered-in-error"])
def test_bob_cannot_tell_that_anns_response_exists(alice, bob, cast, end):
    first = page_of(enter(alice, cast.ann_ref, "phq9", answers(1, 9)))
    moved = first.replace(cast.ann_ref, cast.ben_ref)

    assert bob.get(f"{first}{end}").status_code == 404
    assert bob.get(f"{moved}{end}").status_code == 404
    assert bob.get(f"{path_of(cast.ann_ref, 'phq9')}").status_code == 404


def test_the_list_pages_on_and_keeps_every_response(alice, app, cast):
    from tests.scores.charts import many

    many(app, cast, "gad7", count=60)

    first = alice.get(f"/patients/{cast.ann_ref}/scores")
    older = BeautifulSoup(first.text, "html.parser").find("a", rel="next")["href"]
    second = alice.get(older)

    refs = [
        link["href"]
        for page in (first, second)
        for link in BeautifulSoup(page.text, "html.parser").select("tbody th a")
    ]
    assert len(refs) == len(set(refs)) == 60


@pytest.mark.parametrize("place", ["%00", "a%00b", "%ff", "x" * 5000])
def test_a_place_in_the_list_that_nobody_has_is_no_page(alice, cast, place):
    assert alice.get(f"/patients/{cast.ann_ref}/scores?before={place}").status_code == 404


@pytest.mark.one_database
def test_a_form_gone_back_to_and_changed_says_that_the_change_was_not_saved(alice, cast, rows):
    path = path_of(cast.ann_ref, "phq9")
    sent = {**alice.fields(path), "mode": "interview", **{f"item_{n}": "0" for n in range(1, 10)}}
    first = alice.post(path, sent)
    assert "had been saved already" not in text_of(alice.get(first.location))

    again = alice.post(path, {**sent, "item_9": "3"})

    assert again.location == first.location
    assert "the change was not saved" in text_of(alice.get(again.location))
    assert len(rows("SELECT id FROM response")) == 1
