"""Scores without answers, answers the patient would rather not give, and derived scores."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.scores.filling import path_of, text_of

pytestmark = pytest.mark.one_database


def send(visitor, ref: str, end: str, **fields: str):
    path = path_of(ref, end)
    return visitor.post(path, visitor.fields(path) | {"mode": "paper"} | fields)


def test_scores_alone_are_kept_as_what_they_are(alice, cast, rows):
    saved = send(alice, cast.ann_ref, "qids_sr16/totals", score_total="14")

    page = text_of(alice.get(saved.location))
    assert "14" in page
    assert "Items not recorded" in page
    assert "item 12 was not answered" in page
    assert "Ask the patient" in page
    assert rows("SELECT answers, attention FROM response") == [("{}", "ask")]
    assert rows("SELECT level FROM alert") == [("follow_up",)]
    listed = text_of(alice.get(f"/patients/{cast.ann_ref}/scores"))
    assert "items not recorded" in listed

    corrected = alice.fill_in(f"{saved.location}/correct", {"score_total": "15"})
    assert corrected.status_code == 303
    assert rows("SELECT value FROM latest_score") == [("15",)]


@pytest.mark.parametrize("typed", ["", "28", "-1", "sNaN", "3_0", "1e3", "9" * 40, "x" * 10**6])
def test_a_score_that_cannot_be_is_refused_in_words(alice, cast, rows, typed):
    answer = send(alice, cast.ann_ref, "qids_sr16/totals", score_total=typed)

    assert answer.status_code in {413, 422}
    assert not rows("SELECT id FROM response")


def test_preferring_not_to_answer_is_not_a_blank(alice, cast, rows):
    items = {"item_binge_days": "2", "declined_vomiting_times": "y"}
    saved = send(alice, cast.ann_ref, "counts_weekly", **items)

    shown = BeautifulSoup(alice.get(saved.location).text, "html.parser")
    told = [row.td.get_text(" ", strip=True) for row in shown.select("#answers-h ~ * tbody tr")]
    told = told or [
        row.td.get_text(" ", strip=True)
        for row in shown.select("[aria-labelledby=answers-h] tbody tr")
    ]
    assert told[:3] == ["2", "Preferred not to answer", "Not answered"]
    assert rows("SELECT declined FROM response") == [('["vomiting_times"]',)]
    fields = alice.fields(f"{saved.location}/correct")
    assert fields["declined_vomiting_times"] == "y"

    both = send(
        alice, cast.ann_ref, "counts_weekly", item_vomiting_times="1", declined_vomiting_times="y"
    )
    assert both.status_code == 422
    assert "not both" in text_of(both)


def test_the_short_form_comes_with_the_long_one_at_no_burden(alice, cast, rows):
    answers = {f"item_{n}": "3" for n in range(1, 29)}
    saved = send(alice, cast.ann_ref, "edeq6", **answers)

    assert "EDE-Q7, from the same answers" in text_of(alice.get(saved.location))
    derived = "SELECT instrument, value FROM latest_score WHERE score = 'global'"
    assert sorted(rows(derived)) == [("edeq6", "3"), ("edeq7", "3")]

    alice.fill_in(f"{saved.location}/correct", {"item_25": "6", "item_26": "6"})
    assert ("edeq7", "4") in rows(derived)
    alice.fill_in(f"{saved.location}/entered-in-error", {"reason": "test"})
    assert rows("SELECT count(*) FROM latest_score")[0][0] > 0


def test_the_chooser_is_grouped_with_those_in_use_first(alice, cast):
    send(alice, cast.ann_ref, "peg", item_1="4", item_2="4", item_3="4")

    page = BeautifulSoup(alice.get(f"/patients/{cast.ann_ref}/scores/new").text, "html.parser")
    headings = [one.text for one in page.select("main h2")]
    assert headings[:2] == ["In use", "Eating disorder"]
    links = [one["href"].rsplit("/", 1)[1] for one in page.select("main li a[data-row]")]
    assert links[0] == "peg"
    assert len(links) == len(set(links))
    assert "edeq7" not in links
