"""The scoring command: what it prints, and that it never guesses at a line it cannot read."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from click.testing import CliRunner, Result

from dashboard.clinical.instruments import every_shipped, score
from dashboard.scores.commands import score_answers

ALL_TWOS = {str(n): 2 for n in range(1, 10)}


def run(instrument: str, *lines: object) -> Result:
    """Score lines; what is not text is written as JSON."""
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
    return CliRunner().invoke(score_answers, [instrument, "--answers", "-"], input=f"{text}\n")


def printed(instrument: str, **answers: int | None) -> dict:
    done = run(instrument, {"answers": {k.removeprefix("q"): v for k, v in answers.items()}})
    assert done.exit_code == 0, done.stderr
    found: dict = json.loads(done.stdout)
    return found


def test_a_complete_form_is_printed_with_everything_that_was_promised():
    done = run("phq9", {"answers": ALL_TWOS})

    assert json.loads(done.stdout) == {
        "instrument": "phq9",
        "version": "2001.2",
        "scores": {
            "total": {"value": 18, "lo": 18, "hi": 18, "answered": 9, "prorated": False,
                      "band": "moderately_severe"},
            "phq2": {"value": 4, "lo": 4, "hi": 4, "answered": 2, "prorated": False,
                     "band": None},
        },
        "rules": {"screen": True, "phq2_screen": True},
        "safety": [{"id": "item9", "status": "triggered", "level": "same_day"}],
    }  # fmt: skip
    assert done.stdout.startswith('{"instrument": "phq9", "version"')


def test_a_blank_and_a_null_are_the_same_and_never_a_zero():
    done = run(
        "phq9", {"answers": {**ALL_TWOS, "3": None, "5": None}},
        {"answers": {name: 2 for name in ALL_TWOS if name not in {"3", "5"}}},
    )  # fmt: skip
    first, second = map(json.loads, done.stdout.splitlines())

    assert first == second
    assert first["scores"]["total"] == {
        "value": 18, "lo": 14, "hi": 20, "answered": 7, "prorated": True,
        "band": "moderately_severe",
    }  # fmt: skip


def test_what_cannot_be_told_is_null_and_an_unanswered_danger_is_not_clear():
    found = printed("phq9", q1=1)

    assert found["scores"]["total"]["value"] is None
    assert found["rules"]["screen"] is None
    assert found["safety"] == [{"id": "item9", "status": "unanswered", "level": None}]


def test_fractions_are_printed_as_the_nearest_double():
    found = printed("peg", q1=7, q2=8, q3=8)["scores"]["mean"]

    assert found["value"] == float(Fraction(23, 3))
    assert isinstance(printed("peg", q1=4, q2=6, q3=5)["scores"]["mean"]["value"], int)


def test_edeq7_takes_the_item_numbers_of_a_stored_edeq():
    stored = {str(n): 0 if 13 <= n <= 18 else n % 7 for n in range(1, 29)}
    done = run("edeq7", {"answers": stored})

    scores = json.loads(done.stdout)["scores"]
    assert {name: one["value"] for name, one in scores.items()} == {
        name: float(made.value or 0)
        for name, made in score(every_shipped()["edeq7"], stored).scores.items()
    }
    assert list(scores) == ["restraint", "overvaluation", "dissatisfaction", "global"]


def test_an_optional_pack_can_be_scored_and_a_declined_item_is_told():
    assert printed("who5", q1=4, q2=2, q3=2, q4=2, q5=2)["scores"]["index"]["value"] == 48
    refused = run("asq", {"answers": {"1": 0, "2": 0, "4": 0, "5": 0}, "declined": ["3"]})
    assert json.loads(refused.stdout)["rules"]["positive"] is True


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"answers": {"3": 4}}, "line 2, item '3': PHQ-9 item \"3\": 4 is not an answer"),
        ({"answers": {"3": -1}}, "item '3'"),
        ({"answers": {"3": True}}, "item '3'"),
        ({"answers": {"3": 1.0}}, "item '3'"),
        ({"answers": {"3": "1"}}, "item '3'"),
        ({"answers": {"3": [1]}}, "item '3'"),
        ({"answers": {"11": 1}}, 'item \'11\': PHQ-9 has no item "11"'),
        ({"answers": {"": 1}}, "has no item"),
        ('{"answers": {"3": NaN}}', "item '3': NaN is not a number"),
        ('{"answers": {"3": -Infinity}}', "item '3': -Infinity is not a number"),
        ('{"answers": {"3": 1, "3": 2}}', "item '3': '3' is given twice"),
        ('{"answers": {"3": 1e999}}', "item '3'"),
        ('{"answers": {"3": ' + "9" * 5000 + "}}", "line 2, item '3': a row of 5000 digits"),
        ({"answers": {"x" * 10**6: 1}}, "has no item"),
        ({"answers": {"\x00\x1b[31m": 1}}, 'has no item "\\u0000\\u001b[31m"'),
        ('{"answers": {"3": "' + "x" * 10**6 + '"}}', "item '3'"),
        ('{"answers": {"3": "\\u0000"}}', "item '3'"),
        ("[" * 100_000, "nested too deep"),
        ("{", "is not JSON"),
        ("[1, 2]", "must be an object"),
        ({"1": 2}, "must be an object"),
        ({"answers": [1]}, "must be an object"),
        ({"answers": {}, "instrument": "gad7"}, "another instrument"),
        ({"answers": {}, "declined": ["1"]}, 'item "1" cannot be declined'),
        ({"answers": {}, "declined": "1"}, "must be a list"),
    ],
)  # fmt: skip
def test_a_bad_line_stops_the_command_and_names_line_and_item(line, words):
    done = run("phq9", {"answers": ALL_TWOS}, line, {"answers": ALL_TWOS})

    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stderr.startswith("line 2")
    assert len(done.stderr) < 400
    assert len(done.stdout.splitlines()) == 1  # what came before stands, nothing after it


def test_bytes_that_are_no_text_are_refused():
    done = CliRunner().invoke(score_answers, ["phq9", "--answers", "-"], input=b'{"a\xff"}\n')

    assert (done.exit_code, done.stderr[:18]) == (2, "line 1: is not JSO")


def test_an_unknown_instrument_and_a_missing_file_are_said_plainly(tmp_path):
    unknown = run("phq99", {"answers": {}})
    missing = CliRunner().invoke(score_answers, ["phq9", "--answers", str(tmp_path / "none")])

    assert (unknown.exit_code, missing.exit_code) == (2, 2)
    assert "there is no instrument 'phq99'" in unknown.stderr
    assert "none" in missing.stderr


def test_a_file_of_blank_lines_prints_nothing(tmp_path):
    path = tmp_path / "forms.jsonl"
    path.write_text("\n\n")

    done = CliRunner().invoke(score_answers, ["gad7", "--answers", str(path)])

    assert (done.exit_code, done.stdout) == (0, "")
