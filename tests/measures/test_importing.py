"""Scores from a file: shown first, all or none, each once, old dangers as one follow-up."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.clock import now
from dashboard.scores.importing import read
from tests.scores.filling import text_of

GOOD = b"instrument,taken_on,taken_time,item 1,item 2,item 3\npeg,2024-03-01,10:00,1,2,5\n"


def troubles(content: bytes) -> list[str]:
    return [one.words for one in read(content, zone_name="America/New_York").troubles]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        (b"\xff\xfe", "not UTF-8"),
        (GOOD + b"\0", "NUL"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        (b"instrument,taken_on\n" + b"peg,2024-01-01\n" * 5001, "At most 5,000 rows"),
        (b"instrument,item 1\npeg,1\n", 'There is no column "taken_on"'),
        (b"instrument,taken_on,weight\n", "Rename this one"),
        (b"instrument,taken_on,item 1,item 1\n", "stands twice"),
        (GOOD.replace(b"peg", b"abc"), "Nobody knows this questionnaire"),
        (GOOD.replace(b"peg", b"edeq7"), "import that"),
        (GOOD.replace(b"2024-03-01", b"03/01/2024"), "Write the day as 2026-11-03"),
        (GOOD.replace(b"2024-03-01", b"2199-03-01"), "lies in the future"),
        (GOOD.replace(b"10:00", b"25:00"), "Write the time as 14:05"),
        (GOOD.replace(b"2024-03-01,10:00", b"2024-03-10,02:30"), "does not exist on that day"),
        (GOOD.replace(b",5\n", b",11\n"), "0 to 10 are"),
        (GOOD.replace(b",5\n", b",3_0\n"), "Write a whole number"),
        (GOOD.replace(b",5\n", b",5,9\n"), "more cells"),
        (GOOD.replace(b"1,2,5", b",,"), "Give either"),
        (GOOD + GOOD.split(b"\n")[1], "repeats row 2"),
        (GOOD.replace(b"peg", b"p" * 300), "at most 200 characters"),
        (b'instrument,taken_on\n"peg', "not a CSV file"),
        (b"instrument,taken_on,score total\nphq9,2024-01-01,28\n", "from 0 to 27"),
        (b"instrument,version,taken_on,item 1\npeg,9,2024-01-01,1\n", "There is no version 9"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(content, told):
    assert any(told in words for words in troubles(content)), troubles(content)


def test_other_programs_files_are_read():
    odd = b"\xef\xbb\xbf" + GOOD.replace(b",", b";").replace(b"\n", b"\r\n") + b"\r\n"

    (line,) = read(odd, zone_name="America/New_York").lines

    assert line.taken_at.isoformat() == "2024-03-01T15:00:00+00:00"
    assert str(line.result.primary.value) == "8/3"


def send(visitor, ref: str, text: str, **fields: str):
    return visitor.fill_in(f"/patients/{ref}/measures/import", {"text": text, **fields})


def test_a_file_is_shown_first_then_stored_whole_and_only_once(alice, cast, rows):
    last_year = "phq9,2025-01-05," + ",".join(["1"] * 9)
    recent = f"phq9,{(now() - dt.timedelta(days=2)).date()}," + ",".join(["1"] * 9)
    head = "instrument,taken_on," + ",".join(f"item {n}" for n in range(1, 10))
    bad = send(
        alice, cast.ann_ref, f"{head}\n{last_year}\nphq9,2025-02-05,9{',1' * 8}\n", store="y"
    )
    assert bad.status_code == 422
    assert "0 to 3 are" in text_of(bad)
    assert not rows("SELECT id FROM response")

    file = f"{head}\n{last_year}\n{recent}\nphq9,2024-12-05{',1' * 9}\n"
    shown = send(alice, cast.ann_ref, file)
    assert shown.status_code == 200
    assert "3 new, 0 on the chart already" in text_of(shown)
    assert not rows("SELECT id FROM response")

    assert send(alice, cast.ann_ref, file, store="y").status_code == 303
    assert send(alice, cast.ann_ref, file, store="y").status_code == 303
    assert rows("SELECT mode FROM response") == [("imported",)] * 3
    raised = dict(rows("SELECT key, level FROM alert"))
    assert raised == {"phq9:item9": "same_day", "import:dangers": "follow_up"}
    assert rows("SELECT times FROM alert WHERE key = 'import:dangers'") == [(1,)]
    assert (
        "2 imported responses told of a danger"
        in rows("SELECT words FROM alert WHERE key = 'import:dangers'")[0][0]
    )


@pytest.mark.one_database
def test_the_command_line_stores_only_when_told_to(app, cast, rows, tmp_path):
    file = tmp_path / "scores.csv"
    file.write_bytes(GOOD)
    mrn, email = (
        rows("SELECT mrn FROM patient ORDER BY mrn")[0][0],
        rows("SELECT email FROM account WHERE name = 'Alice Adler'")[0][0],
    )
    run = app.test_cli_runner().invoke
    told = ["scores", "import", str(file), "--patient", mrn, "--by", email]

    dry = run(args=told)
    assert (dry.exit_code, rows("SELECT id FROM response")) == (0, []), dry.output
    assert run(args=[*told, "--commit"]).exit_code == 0
    assert "0 responses were stored, 1 were there" in run(args=[*told, "--commit"]).output
    file.write_bytes(GOOD.replace(b"peg", b"abc"))
    assert run(args=told).exit_code == 2
    assert run(args=[*told[:-1], "bob@nowhere.example"]).exit_code == 1
