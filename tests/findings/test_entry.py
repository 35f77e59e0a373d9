"""Typing findings: what holds is saved and judged at once, everything else is asked or refused."""

import datetime as dt

import pytest
import time_machine

from tests.cast import sign_in
from tests.findings.desk import PANEL, cleared, path, type_panel, words

NOON = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)  # 12:00 in New York
STORED = "SELECT kind, entered, unit, canonical, is_confirmed, taken_on FROM finding ORDER BY place"


@pytest.fixture
def alice(app, cast):
    with time_machine.travel(NOON, tick=False):
        yield sign_in(app, cast.alice)


def test_a_panel_of_14_values_is_stored_as_typed_and_judged_at_once(alice, cast, rows):
    low = {"K": "2.8", "K-low": "3.5", "K-high": "5.1", "K-flag": "L"}
    answer = type_panel(
        alice, cast, "chemistry", PANEL | low, taken_on="-1d", taken_time="08:30",
        laboratory="Northern Laboratory",
    )  # fmt: skip
    assert answer.status_code == 303
    stored = rows(STORED)
    assert [(r.kind, r.entered) for r in stored][:2] == [("Na", "140"), ("K", "2.8")]
    assert len(stored) == 14 and stored[1].canonical == "14/5" and stored[1].unit == "mEq/L"

    page = words(alice.get(answer.location))
    assert "Potassium 2.8 mEq/L Stop L01 below 3.0 mEq/L" in page
    assert "The patient is now Hold" in page and "3.5 to 5.1" in page
    assert "22-Nov-2026 08:30 ET" in page and "Northern Laboratory" in page


def test_a_stop_closes_the_clearance_and_the_page_says_so(app, alice, cast, rows):
    cleared(app, cast)
    fine = type_panel(alice, cast, "chemistry", {"Mg": "2.1"})
    assert "The patient is now Ready" in words(alice.get(fine.location))
    assert "Nothing entered here speaks against treatment." in words(alice.get(fine.location))

    answer = type_panel(alice, cast, "chemistry", {"K": "2.8"})
    page = words(alice.get(answer.location))
    assert "Clearance closed 23-Nov-2026 12:00 ET: Potassium" in page
    assert "Potassium 2.8 mEq/L Stop L01 below 3.0 mEq/L Clear" in page
    assert [task.state for task in rows("SELECT state FROM task")] == ["open"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"K": "33"}, "Potassium: 33 mEq/L is not possible (1.5 to 9 mEq/L). Did you mean 3.3?"),
        ({"P": "0.8"}, "Outside the usual range (1.6 to 9 mg/dL). Did you mean 0.8 mmol/L?"),
        ({"P": "0.8 mmol/L"}, "You typed mmol/L and chose mg/dL."),
        ({"K": "4.2 kg"}, "Potassium: It is entered in mEq/L or mmol/L: kg cannot be converted."),
        ({"K": "four"}, "Enter a number, such as 4.2."),
        ({"K": "<3"}, "without < or >"),
        ({"K": "sNaN"}, "Enter a number, such as 4.2."),
        ({"K": "4_2"}, "_2 cannot be converted"),
        ({"K": "9" * 10**4}, "Shorten this to 40 characters"),
        ({"K": "4.2\x00<b>\u202e"}, "<b> cannot be converted"),
        ({"glucose": "1,200"}, "This comma can be read in two ways."),
        ({"K": "4.2", "K-low": "x"}, "Enter the laboratory's own limit as a number"),
        ({"K": "4.2", "K-low": "5", "K-high": "3"}, "upper limit lies below its lower one"),
        ({"K-low": "3.5"}, "Enter Potassium, or empty its interval."),
        ({"K": "4.2", "K-unit": "pints"}, "pints is not a unit of it."),
        ({"K": "4.2", "K-flag": "X"}, "Choose one from the list."),
        ({"K": "4.2", "source": "rumour"}, "Choose one from the list."),
        ({"K": "4.2", "taken_on": "24-Nov-2026"}, "This day lies in the future."),
        ({"K": "4.2", "taken_on": "t", "taken_time": "23:00"}, "This time lies in the future."),
        ({"K": "4.2", "taken_on": "31-Feb-2026"}, "This day does not exist in the calendar."),
        ({"K": "4.2", "taken_on": "01-Jan-1990"}, "This day is too early"),
        ({"K": "4.2", "taken_on": ""}, "Enter the day it was taken"),
        ({"K": "4.2", "taken_on": "08-Mar-2026", "taken_time": "02:30"}, "does not exist"),
        ({"K": "4.2", "taken_on": "01-Nov-2026", "taken_time": "01:30"}, "happens twice"),
        ({}, "Enter at least one value."),
    ],
)  # fmt: skip
@pytest.mark.one_database
def test_what_cannot_be_meant_comes_back_with_everything_typed(alice, cast, rows, typed, said):
    answer = type_panel(alice, cast, "chemistry", {"Na": "140", **typed} if typed else {})
    assert answer.status_code == 422
    assert said in words(answer)
    if typed:
        assert 'name="Na"' in answer.text and 'value="140"' in answer.text
    assert not rows("SELECT id FROM finding")


def test_an_unusual_value_is_kept_only_as_exactly_what_was_confirmed(alice, cast, rows):
    first = type_panel(alice, cast, "chemistry", {"P": "1.2"})
    assert first.status_code == 422 and 'value="1.2 mg/dL"' in first.text

    other = type_panel(alice, cast, "chemistry", {"P": "1.3", "P-keep": "1.2 mg/dL"})
    assert other.status_code == 422 and 'value="1.3 mg/dL"' in other.text
    unit = type_panel(
        alice, cast, "chemistry", {"P": "2.4", "P-unit": "mmol/L", "P-keep": "2.4 mg/dL"}
    )
    assert unit.status_code == 422
    assert not rows("SELECT id FROM finding")

    kept = type_panel(alice, cast, "chemistry", {"P": "1.2", "P-keep": "1.2 mg/dL"})
    assert kept.status_code == 303
    assert [(r.entered, r.is_confirmed) for r in rows(STORED)] == [("1.2", True)]
    assert "value and unit confirmed" in words(alice.get(kept.location))


def test_one_line_parts_into_two_pressures_pulse_and_temperature(alice, cast, rows):
    asked = type_panel(alice, cast, "vitals", {"line": "118/74 116/72 64 98.6"})
    assert asked.status_code == 422 and "Temperature: Choose its unit: C or F." in words(asked)
    assert 'value="118/74"' in asked.text

    answer = type_panel(
        alice, cast, "vitals", {"line": "118/74 116/72 64 98.6", "temp_c-unit": "F"}
    )
    assert answer.status_code == 303
    assert [(r.kind, r.entered, r.unit) for r in rows(STORED)] == [
        ("bp", "118/74", "mmHg"), ("bp", "116/72", "mmHg"), ("hr_awake_rest", "64", "bpm"),
        ("temp_c", "98.6", "F"),
    ]  # fmt: skip
    assert "98.6 °F = 37 °C" in words(alice.get(answer.location))

    refused = type_panel(alice, cast, "vitals", {"line": "118/74 116/72 110/70 64"})
    assert "There is no place for '110/70'." in words(refused)
    assert "Systolic" not in words(refused) and 'value="118/74 116/72 110/70 64"' in refused.text


def test_the_unit_used_last_is_offered_and_never_drawn_from_the_number(alice, cast):
    type_panel(alice, cast, "chemistry", {"glucose": "4.9", "glucose-unit": "mmol/L"})
    fields = alice.fields(path(cast, "/new/chemistry"))
    assert fields["glucose-unit"] == "mmol/L" and fields["P-unit"] == "mg/dL"
    answer = type_panel(alice, cast, "chemistry", {"glucose": "88"})
    assert "88 mmol/L is not possible" in words(answer) and "88 mg/dL?" in words(answer)


def test_a_printed_qtc_is_a_note_beside_what_is_computed(alice, cast, rows):
    bad = type_panel(alice, cast, "ecg", {"qt_ms": "400", "printed_qtc": "4-3-1"})
    assert bad.status_code == 422 and "whole number of ms" in words(bad)
    answer = type_panel(
        alice, cast, "ecg",
        {"qt_ms": "400", "ecg_hr": "66", "arrhythmia_other": "no", "printed_qtc": "431",
         "machine_formula": "Bazett"},
    )  # fmt: skip
    page = words(alice.get(answer.location))
    assert "QTc Bazett 420 ms QTc Fridericia 413 ms" in page and "QTc that gates 413 ms" in page
    assert "Printed QTc 431 ms (Bazett)." in page
    assert {r.kind for r in rows(STORED)} == {"qt_ms", "ecg_hr", "arrhythmia_other"}


def test_a_weight_is_in_no_page_until_it_is_asked_for(alice, cast, rows):
    answer = type_panel(alice, cast, "weight", {"weight_kg": "63.7", "weight_kg-unit": "kg"})
    lists = [path(cast, rest) for rest in ("", "/entries", "/kinds/weight_kg", "/new/weight")]
    for page in (answer.location, *lists):
        text = alice.get(page).text
        assert "63.7" not in text and "23.4" not in text
    for button, page in (
        (f"{answer.location}/weight", answer.location),
        (path(cast, "/weight"), path(cast)),
    ):
        assert alice.post(button).status_code == 303
        assert "63.7 kg" in alice.get(page).text
        assert "63.7" not in alice.get(page).text, "once"
    assert len(rows("SELECT seq FROM audit_event WHERE action = 'show weight'")) == 2


def test_a_weight_nearer_to_the_last_in_another_unit_is_asked_about(alice, cast, rows):
    def weigh(number, unit, **more):
        told = {"weight_kg": number, "weight_kg-unit": unit}
        return type_panel(alice, cast, "weight", {**told, **more})

    assert weigh("142", "lb").status_code == 303, "nothing to compare with: nothing is asked"
    asked = weigh("142", "kg")
    assert asked.status_code == 422
    assert "In lb this would be nearer to the last weight on record than in kg." in words(asked)
    assert "Keep 142 kg" in words(asked) and "64" not in words(asked)
    assert len(rows("SELECT id FROM finding")) == 1
    assert weigh("142", "kg", **{"weight_kg-keep": "142 kg"}).status_code == 303
    assert [r.is_confirmed for r in rows(STORED)] == [False, True]

    ref = rows("SELECT ref FROM finding ORDER BY id DESC")[0].ref
    right = {"weight_kg": "141.5", "weight_kg-unit": "lb", "reason": "It was lb."}
    assert alice.fill_in(path(cast, f"/{ref}/correct"), right).status_code == 303
    assert weigh("64.1", "kg").status_code == 303


def test_every_panel_opens_and_a_panel_nobody_knows_is_not_there(alice, cast):
    from dashboard.findings.panels import panels

    for key in panels():
        assert alice.get(path(cast, f"/new/{key}")).status_code == 200
    assert alice.get(path(cast, "/new/palmistry")).status_code == 404
    assert alice.get(path(cast, "/kinds/palmistry")).status_code == 404
    assert alice.get(path(cast, "/entries?page=0")).status_code == 404
    assert "Nothing is on record" in words(alice.get(path(cast)))


def test_a_panel_sent_twice_is_stored_once(alice, cast, rows):
    fields = {**alice.fields(path(cast, "/new/chemistry")), "taken_on": "t", "K": "4.2"}
    first, again = (alice.post(path(cast, "/new/chemistry"), fields) for _ in range(2))
    assert first.location == again.location
    assert len(rows("SELECT id FROM finding")) == 1
