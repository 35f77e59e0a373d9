"""Importing laboratory reports: shown first, asked about, and recorded only as it was seen."""

import datetime as dt
import io
import re
from pathlib import Path

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from tests.cast import form_fields, sign_in
from tests.findings.desk import path, words

NOON = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)  # 12:00 in New York
SAMPLES = Path(__file__).parent / "reports/samples"
STORED = (
    "SELECT kind, entered, unit, canonical, flag, source, taken_on, is_confirmed"
    " FROM finding ORDER BY set_id, place"
)
ACTS = "SELECT way, laboratory, original, note FROM finding_set"
HEAD = "Patient: ABEL, ANN    DOB: 03/14/1996   Sex: F\nCollected: 11/20/2026 07:30\n"


@pytest.fixture
def alice(app, cast):
    with time_machine.travel(NOON, tick=False):
        yield sign_in(app, cast.alice)


def sample(number):
    """Return a sample report, as if the laboratory had tested Ann Abel."""
    (found,) = SAMPLES.glob(f"{number}-*")
    text = found.read_text(encoding="utf-8")
    named = (("SAMPLE", "ABEL"), ("Sample, Ann", "Abel, Ann"), ("Ann Sample", "Ann Abel"))
    for name, instead in (*named, ('"Sample"', '"Abel"')):
        text = re.sub(rf"(?<!Quality ){name}(?! MEDICAL)", instead, text)
    return text


def paste(visitor, cast, text, **more):
    """Paste a report, or choose it as a file."""
    return visitor.fill_in(path(cast, "/import"), {"text": text, **more})


def look_at(visitor, cast, text):
    """Paste a report and open its preview; return its address and page."""
    answer = paste(visitor, cast, text)
    assert answer.status_code == 303, words(answer)
    return answer.location, visitor.get(answer.location)


def send(visitor, location, page, act="record", **answers):
    """Answer on a preview and press one of its buttons."""
    named = {name.replace("__", "-"): value for name, value in answers.items()}
    return visitor.post(location, {**form_fields(page.text), "act": act, **named})


def test_a_pasted_panel_is_shown_asked_about_and_recorded_with_its_text(alice, cast, rows):
    location, page = look_at(alice, cast, sample("01"))
    said = words(page)
    assert "Example Reference Laboratory" in said and "this chart's patient" in said
    assert "Potassium 3.3 mmol/L = 3.3 mEq/L" in said and "3.5 to 5.2" in said
    assert said.index("Should the limit itself be recorded?") < said.index("Glucose, Random 88")
    assert "hemolyzed" in said and "The chart keeps no such finding." in said
    assert not rows(ACTS)

    refused = send(alice, location, page)
    assert refused.status_code == 422
    assert "Bilirubin: answer this first, or leave the value out." in words(refused)
    once_more = send(alice, location, refused, row__12__inequality="0.2", out__1="y")
    assert once_more.status_code == 200 and "Look at the values once more" in words(once_more)
    assert not rows(ACTS)

    recorded = send(alice, location, once_more)
    assert recorded.status_code == 303 and "/findings/sets/" in recorded.location
    (act,) = rows(ACTS)
    assert (act.way, act.laboratory) == ("pasted table", "Example Reference Laboratory")
    assert act.original.replace("\r\n", "\n") == sample("01") and not act.note
    stored = {row.kind: row for row in rows(STORED)}
    assert len(stored) == 13 and "glucose" not in stored and "Mg" not in stored
    assert stored["K"].canonical == "33/10" and stored["K"].flag == "L"
    assert {row.source for row in stored.values()} == {"laboratory"}

    again = send(alice, location, once_more)
    assert again.status_code == 303 and again.location == recorded.location
    assert len(rows(ACTS)) == 1
    shown = words(alice.get(recorded.location))
    assert "The patient is now" in shown and "DOB: 03/14/1996" in shown
    gone = alice.get(location)
    assert gone.status_code == 303 and "was recorded" in words(alice.get(gone.location))


@pytest.mark.parametrize(
    ("number", "way", "answers", "expected"),
    [
        ("10", "FHIR bundle", {"row__2__preliminary": "leave", "row__5__inequality": "0.2",
                        "row__8__kind__unsure": "leave"}, {"K", "Na", "bilirubin", "hcg"}),
        ("12", "HL7 message", {"row__3__inequality": "leave", "row__5__preliminary": "take"},
         {"K", "Na", "P", "hcg", "Hb", "ANC"}),
    ],
)  # fmt: skip
@pytest.mark.one_database
def test_a_bundle_and_a_message_are_recorded_as_such(
    alice, cast, rows, number, way, answers, expected
):
    location, page = look_at(alice, cast, sample(number))
    page = send(alice, location, page, "read", **answers)
    assert send(alice, location, page).status_code == 303
    (act,) = rows(ACTS)
    assert act.way == way and {row.kind for row in rows(STORED)} == expected


@pytest.mark.one_database
def test_a_report_that_names_nobody_is_asked_about_and_a_day_is_asked_once(alice, cast, rows):
    location, page = look_at(alice, cast, sample("07"))
    said = words(page)
    assert "The report names nobody. Does it belong to Ann Abel, born 14-Mar-1996?" in said
    assert "For 6 values" in said and said.count("on which day was it?") == 1
    fields = form_fields(page.text)
    assert fields["row-1-unit-missing"] == "mmol/L"  # proposed by the interval
    assert "row-6-unit-missing" not in fields  # nothing speaks for a unit of this glucose

    (days,) = re.findall(r'name="(days-[0-9a-f]{10}-day)"', page.text)
    second = send(
        alice, location, page, "read", belongs="y", row__1__unit__missing="leave",
        row__5__kind__unsure="P", row__6__unit__missing="mmol/L", **{days: "20-Nov-2026"},
    )  # fmt: skip
    said = words(second)
    assert "Phosphate: no unit is printed" in said and "Glucose 5.1 mmol/L" in said
    assert form_fields(second.text)[days] == "20-Nov-2026"

    ready = send(alice, location, second, "read", row__5__unit__missing="mg/dL")
    late = send(alice, location, ready, **{days: "24-Nov-2026"})
    assert late.status_code == 422 and "This day lies in the future" in words(late)
    assert send(alice, location, ready).status_code == 303
    stored = rows(STORED)
    assert [(row.kind, row.unit) for row in stored] == [
        ("Mg", "mg/dL"), ("Ca", "mg/dL"), ("K", "mEq/L"), ("P", "mg/dL"), ("glucose", "mmol/L"),
        ("ALT", "U/L"),
    ]  # fmt: skip
    assert {str(row.taken_on) for row in stored} == {"2026-11-20"}
    assert rows(ACTS)[0].note == "The report names nobody; confirmed as this patient's."


@pytest.mark.one_database
@pytest.mark.one_database
def test_whether_the_day_comes_first_is_asked_once_for_all_dates(alice, cast, rows):
    text = "Patient: ABEL, ANN   DOB: 14-Mar-1996\nDate\tTest\tResult\tUnits\n"
    text += "03/04/2026\tPotassium\t4.2\tmmol/L\n05/06/2026\tSodium\t140\tmmol/L\n"
    location, page = look_at(alice, cast, text)

    [name] = set(re.findall(r'name="(days-[0-9a-f]{10})"', page.text))
    assert "04-Mar-2026 (month first)" in page.text and "03-Apr-2026 (day first)" in page.text
    assert f"{name}-day" not in page.text, "no one day answers for dates that differ"
    assert send(alice, location, page).status_code == 422
    page = send(alice, location, page, "read", **{name: "day-first"})
    assert send(alice, location, page).status_code == 303
    assert [str(row.taken_on)[:10] for row in rows(STORED)] == ["2026-04-03", "2026-06-05"]


def test_nothing_is_recorded_before_somebody_says_whose_report_it_is(alice, cast, rows):
    location, page = look_at(alice, cast, "Collected: 11/20/2026\nPotassium\t4.2\tmmol/L")
    refused = send(alice, location, page)
    assert refused.status_code == 422
    assert "Say that the report is of Ann Abel, or leave this page." in words(refused)
    assert not rows(ACTS)


@pytest.mark.one_database
def test_another_patients_report_is_refused_and_nothing_of_it_is_kept(alice, cast, rows):
    text = "Patient: BOONE, BEN  DOB: 07/02/1988\nCollected: 11/20/2026\nPotassium\t4.25\tmmol/L"
    said = "The birth date and the name do not agree, so nothing was taken."
    answer = paste(alice, cast, text)
    assert answer.status_code == 422 and said in words(answer)
    assert "Potassium\t4.25" in answer.text  # what was pasted is still there
    upload = paste(alice, cast, "", file=(io.BytesIO(text.encode()), "../<b>x.txt", "image/png"))
    assert upload.status_code == 422 and said in words(upload)
    assert "4.25" not in upload.text and "x.txt" not in upload.text
    assert not rows("SELECT id FROM draft") and not rows(ACTS)


@pytest.mark.one_database
def test_a_bundle_of_another_patient_is_refused(alice, cast, rows):
    bundle = sample("10").replace('"birthDate": "1996-03-14"', '"birthDate": "1988-07-02"')
    answer = paste(alice, cast, bundle)
    assert answer.status_code == 422 and "The birth date does not agree" in words(answer)
    assert not rows("SELECT id FROM draft")


@pytest.mark.one_database
def test_a_former_name_is_taken_only_when_the_charts_name_is_typed(alice, cast, rows):
    text = HEAD.replace("ABEL", "STONE") + "Potassium\t4.2\tmmol/L\t3.5-5.1"
    location, page = look_at(alice, cast, text)
    assert "The birth date agrees, the name does not. A twin has the same birth date." in words(
        page
    )
    for typed in ("", "Ann Stone", "y"):
        refused = send(alice, location, page, typed_name=typed)
        assert refused.status_code == 422 and "Type Ann Abel to say" in words(refused)
    assert send(alice, location, page, typed_name="ann  ABEL").status_code == 303
    assert rows(ACTS)[0].note.startswith("The report names STONE, ANN, born 14-Mar-1996; confirmed")


@pytest.mark.one_database
def test_what_is_on_record_is_left_out_until_it_is_asked_for(alice, cast, rows):
    text = HEAD + "Potassium\t4.2\tmmol/L\t3.5-5.1\nSodium\t140\tmmol/L\t136-145"
    location, page = look_at(alice, cast, text)
    assert send(alice, location, page).status_code == 303

    later = text.replace("Sodium\t140", "Sodium\t141") + "\nChloride\t101\tmmol/L\t96-106"
    location, page = look_at(alice, cast, later)
    said = words(page)
    assert "On record already" in said and "Record it again : Potassium 4.2 mmol/L" in said
    assert "On record for this time with another value: 140 mmol/L. Both would count." in said
    assert "Record 2 values for Ann Abel" in said
    assert send(alice, location, page, out__2="y").status_code == 303
    assert [row.kind for row in rows(STORED)] == ["K", "Na", "Cl"]

    location, page = look_at(alice, cast, text)
    none = send(alice, location, page)
    assert none.status_code == 422 and "There is no value to record" in words(none)
    page = send(alice, location, page, "read", again__1="y")
    assert send(alice, location, page).status_code == 303
    assert [row.kind for row in rows(STORED)] == ["K", "Na", "Cl", "K"]


@pytest.mark.one_database
def test_a_value_that_changed_on_the_chart_meanwhile_is_shown_before_it_is_recorded(
    alice, cast, rows
):
    text = HEAD + "Potassium\t4.2\tmmol/L\t3.5-5.1"
    first, first_page = look_at(alice, cast, text)
    second, second_page = look_at(alice, cast, text)
    assert send(alice, first, first_page).status_code == 303
    answer = send(alice, second, second_page)
    assert answer.status_code == 422 and "on record already" in words(answer)
    assert len(rows(STORED)) == 1


@pytest.mark.one_database
def test_a_weight_is_in_no_page_before_it_is_asked_for(alice, cast, rows):
    location, page = look_at(alice, cast, sample("11"))
    assert "98.5" not in page.text and "hidden" in words(page)
    shown = send(alice, location, page, "show", row__3__kind__unsure="leave",
                 row__6__kind__unsure="hr_awake_rest", belongs="y")  # fmt: skip
    assert "98.5 lb" in words(shown)
    assert rows("SELECT action FROM audit_event WHERE action = 'show weight'")
    read = send(alice, location, shown, "read")
    recorded = send(alice, location, read)
    assert recorded.status_code == 303, words(recorded)
    page = alice.get(recorded.location)
    assert "98.5" not in page.text and "It may hold a weight" in words(page)
    alice.post(f"{recorded.location}/weight")
    assert "98.5" in alice.get(recorded.location).text


@pytest.mark.one_database
def test_what_is_no_report_is_said_and_stays_in_the_form(alice, cast, rows):
    for text, said in (
        ("", "There is nothing to read: the report is empty."),
        ("{", "othing was taken"),
        ("MSH|^~\\&|LAB", "results are sent as ORU^R01"),
        ("%PDF-1.4 \x00\x01\x02\x03", "This is no text"),
        ("Potassium\t4.2\tmmol/L\n" * 2_100, "2,000"),
        ("<script>alert(1)</script>", "result"),
    ):
        answer = paste(alice, cast, text)
        assert answer.status_code == 422 and said in words(answer).partition("Pasted report")[0]
        assert "There is a problem" in answer.text and "<script>alert" not in answer.text
    assert not rows("SELECT id FROM draft")


@pytest.mark.one_database
def test_a_body_over_the_limit_ends_on_a_page_that_says_what_to_do(alice, cast):
    answer = paste(alice, cast, "Potassium 4.2 mmol/L\n" * 60_000)
    assert answer.status_code == 413
    assert "The report is larger than 1 MB" in answer.text and "in parts" in answer.text
    file = (io.BytesIO(b"\xff" * 400_000), "report.txt")
    answer = paste(alice, cast, "", file=file)
    assert answer.status_code == 422 and "not UTF-8" in words(answer)


@pytest.mark.one_database
def test_hostile_text_is_text(alice, cast, rows):
    name = "<img src=x onerror=alert(1)>\u202eABEL"
    text = (
        f"Patient: {name}, ANN  DOB: 03/14/1996\nCollected: 11/20/2026\n"
        "<b>Potassium</b>\t4.2\tmmol/L\n=cmd|'/c'!A1\t1\tmg/dL\n"
        f"Sodium\t140\tmmol/L\t136-145\n{'x' * 5000}\t3\tmg/dL\n"
    )
    location, page = look_at(alice, cast, text)
    assert "<img src=x" not in page.text and "<b>Potassium" not in page.text
    assert "\u202e" not in page.text.partition("Other lines")[0]
    odd = send(
        alice, location, page, typed_name="Ann Abel", row__1__name__unknown="__class__",
        row__99__kind__unsure="K", seen="x" * 100_000, belongs="\x00", out__77="y",
    )  # fmt: skip
    assert odd.status_code in {200, 422}
    assert not rows(ACTS)


@pytest.mark.one_database
def test_a_report_waits_for_its_own_physician_and_patient_alone(app, alice, cast):
    location, _ = look_at(alice, cast, sample("01"))
    mark = location.partition("report=")[2]
    for odd in ("a" * 26, "x" * 5000, "%00", "'"):
        assert alice.get(path(cast, f"/import?report={odd}")).status_code == 303
    bob = sign_in(app, cast.bob)
    assert bob.get(location).status_code == 404
    own = bob.get(f"/patients/{cast.ben_ref}/findings/import?report={mark}")
    assert own.status_code == 303 and "Potassium" not in bob.get(own.location).text


@pytest.mark.one_database
def test_a_report_is_sealed_while_it_waits(alice, cast, rows):
    look_at(alice, cast, sample("01"))
    (draft,) = rows("SELECT sealed, page FROM draft")
    assert b"Potassium" not in bytes(draft.sealed) and "Potassium" not in draft.page


@pytest.mark.one_database
def test_a_chart_that_changes_its_birth_date_closes_the_preview(app, alice, cast, rows):
    location, page = look_at(alice, cast, sample("01"))
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get(Patient, cast.ann)
        ann.born_on = dt.date(1997, 3, 14)
        db.session.commit()
        db.session.remove()
    assert send(alice, location, page).status_code == 303
    assert not rows(ACTS)


@pytest.mark.one_database
def test_answers_given_before_the_page_was_left_are_there_again(alice, cast, rows):
    location, page = look_at(alice, cast, sample("01"))
    fields = form_fields(page.text)
    kept = alice.post("/drafts", {**fields, "key": fields["page"], "version": "0",
                                  "row-12-inequality": "0.2", "out-1": "y"})  # fmt: skip
    assert kept.status_code == 200 and fields["page"] == location
    again = alice.get(location)
    assert form_fields(again.text)["row-12-inequality"] == "0.2"
    assert "Record 13 values" in words(again) and "This is your draft" in words(again)
    assert send(alice, location, again).status_code == 303
    assert not rows("SELECT id FROM draft")
    assert "glucose" not in {row.kind for row in rows(STORED)}


@pytest.mark.one_database
def test_a_weight_in_a_comment_waits_to_be_asked_for(alice, cast):
    text = sample("12").replace("\n", "\r")
    commented = re.sub(
        r"(OBX\|1\|[^\r]*\r)", r"\1NTE|1||Weighed 43.71 at the draw\r", text, count=1
    )
    location, page = look_at(alice, cast, commented)
    assert "43.71" not in page.text and "A comment is hidden." in words(page)
    assert "Weighed 43.71" in words(send(alice, location, page, act="show"))
