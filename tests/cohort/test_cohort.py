"""The cohort: everybody is counted, what is not known is shown, a small group is not overread."""

import csv
import io
import re

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.clinical.instruments import catalogue
from dashboard.clinical.proportions import rate, share
from dashboard.db import db
from dashboard.patients.models import Patient, Status
from dashboard.scores import actions as scores
from dashboard.scores.models import Mode
from tests.cast import sign_in
from tests.cohort.practice_of import CLOSED, DAY, NOON, Made, fill
from tests.windows.appointments import dose, write

UNKNOWN = ("anorexia", "12 m", "-1", "0", "9" * 400, "\x00", "'; --", "<b>", "ALL", "F50", "F33.1")


@pytest.fixture
def at_noon(app, cast):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def alice(app, cast, at_noon):
    return sign_in(app, cast.alice)


@pytest.fixture
def bob(app, cast, at_noon):
    return sign_in(app, cast.bob)


def figures(visitor, address="/cohort.csv"):
    """Return (group, figure) -> its row of the file."""
    lines = list(csv.reader(io.StringIO(visitor.get(address).text)))
    return {(row[1], row[2]): dict(zip(lines[2], row, strict=True)) for row in lines[3:] if row[2]}


def told(row):
    """Return n, of, patients, value and interval of one figure as they are written."""
    return tuple(row[name] for name in ("n", "of", "patients", "value", "interval from",
                                        "interval to"))  # fmt: skip


def percent(hits, of):
    found = share(hits, of)
    ends = (float(found.value), found.interval.low, found.interval.high)
    return tuple(str(int(one * 100 + 0.5)) for one in ends)


def test_an_empty_cohort_says_what_fills_it(alice, bob, cast, app):
    page = alice.get("/cohort").text
    assert "Nobody’s treatment has begun yet" in page and "recorded on their chart" in page
    assert "Not in it: no plan was activated and no dose is on record" in page
    assert figures(alice)["Patients", "In the cohort"]["n"] == "0"

    write(app, [dose(cast.ben, NOON, by=cast.bob)])
    assert figures(alice)["Patients", "In the cohort"]["n"] == "0", "Ben is Bob's patient"
    assert figures(bob)["Patients", "In the cohort"]["n"] == "1"
    assert "BOONE" not in alice.get("/cohort/patients").text
    assert "BOONE" in bob.get("/cohort/patients").text


def test_every_patient_is_counted_with_what_is_not_known(app, alice, cast, rows):
    course = [
        *[Made(before=3, after=0, answered=2)] * 4, *[Made(before=1, after=1, missed=1)] * 2,
        Made(before=0, after=3, events=(1, 3, None), holds=(CLOSED, CLOSED)),
        Made(before=None, after=0, met=()), Made(before=None, after=None),
        Made(doses=(), met=(), before=None, status=Status.NEW, holds=(CLOSED,)),
    ]  # fmt: skip
    fill(app, cast, course)
    found = figures(alice)

    assert found["Patients", "In the cohort"]["n"] == "9"
    assert found["Patients", "Not in it: no plan was activated and no dose is on record"]["n"] == (
        "2"
    ), "Ann and the new one"
    phq9 = {name: told(row) for (group, name), row in found.items() if group == "PHQ-9"}
    assert phq9["Judged"][:2] == ("7", "9")
    assert phq9["Better"] == ("4", "7", "4", *percent(4, 7))
    assert phq9["No reliable change"] == ("2", "7", "2", *percent(2, 7))
    assert phq9["Worse"] == ("1", "7", "1", *percent(1, 7))
    assert phq9["Cannot be judged"][:3] == ("1", "9", "1"), "no baseline"
    assert phq9["No score"][:3] == ("1", "9", "1")
    assert phq9["Score at the baseline"] == ("7", "9", "7", *percent(7, 9))
    assert phq9["Current score"][0] == "8" and phq9["No current score"][0] == "1"
    assert "never answered" in alice.get("/cohort/patients?of=scores-phq9-none").text

    windows = rows("SELECT count(*) FROM dose")[0][0]
    assert told(found["Windows", "Windows that are over"])[0] == str(windows) == "18"
    assert told(found["Windows", "Used"]) == ("8", "18", "8", *percent(8, 18))
    assert told(found["Holds", "Holds"])[:3] == ("2", "", "1")
    assert told(found["Holds", "Patients with a hold"])[:3] == ("1", "1", "1")
    assert told(found["Holds", "Reason: Clearance closed: Potassium"])[0] == "2"
    interval = rate(3, 18).interval
    assert told(found["Adverse events", "All adverse events"]) == (
        "3", "18", "1", "16.7", f"{interval.low:.1f}", f"{interval.high:.1f}",
    )  # fmt: skip
    assert told(found["Adverse events", "Grade 3 or more"])[0] == "1"
    assert told(found["Adverse events", "Not graded yet"])[0] == "1", "never taken as mild"
    assert told(found["Adverse events", "Seriousness not answered"])[0] == "1"
    assert told(found["Check-ins", "Answered"]) == ("8", "10", "4", *percent(8, 10))
    assert told(found["Check-ins", "Missed"])[:3] == ("2", "10", "2")


@pytest.mark.one_database
def test_the_file_says_exactly_what_the_page_says(app, alice, cast, rows):
    fill(app, cast, [Made(answered=1, events=(2,))] * 6)
    page = alice.get("/cohort").text
    body = " ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[1]).split())
    for row in figures(alice).values():
        if row["value"]:
            assert row["unit"] in {"percent", "per 100 sessions"} and row["of what"]
            words = f"({row['interval from']} to {row['interval to']})"
            assert row["n"] in body and words in body, row
    for words in ("not evidence of effect", "are not independent", "Wilson 1927"):
        assert words in body and words in alice.get("/cohort.csv").text
    assert "Made0" not in alice.get("/cohort.csv").text, "no name leaves by the file"
    (told_last,) = rows("SELECT action, subject, detail FROM audit_event ORDER BY seq DESC LIMIT 1")
    assert told_last[:2] == ("export", "cohort") and '"patients":6' in told_last[2].replace(" ", "")


@pytest.mark.one_database
def test_a_group_under_five_is_told_as_its_number(app, alice, cast):
    fill(app, cast, [Made(events=(3,), holds=(CLOSED,))] * 4)
    page = alice.get("/cohort").text
    assert "Fewer than 5 patients: no proportion is shown" in page and " %)" not in page
    found = figures(alice)
    assert all(row["value"] == "" for row in found.values())
    assert found["PHQ-9", "Better"]["n"] == "" and found["PHQ-9", "Judged"]["n"] == "4"
    assert found["Windows", "Used"]["n"] == ""
    assert found["Adverse events", "Grade 3 or more"]["n"] == "4", "harm is told of any group"
    assert found["Holds", "Holds"]["n"] == "4"
    assert "This figure is not told" in alice.get("/cohort/patients?of=windows-used").text


@pytest.mark.one_database
def test_a_small_diagnosis_is_not_found_by_taking_the_others_away(app, alice, cast):
    fill(app, cast, [*[Made(codes="F50.810, F33.1")] * 6, *[Made(codes="F50.20")] * 3])
    assert figures(alice)["PHQ-9", "Better"]["n"] == "9"
    small = figures(alice, "/cohort.csv?diagnosis=F50.2")
    assert small["Patients", "In the cohort"]["n"] == "3"
    large = figures(alice, "/cohort.csv?diagnosis=F50.81")
    assert large["Patients", "In the cohort"]["n"] == "6"
    assert large["PHQ-9", "Better"]["n"] == "" and large["Windows", "Used"]["n"] == ""
    assert "theirs would follow from it" in alice.get("/cohort?diagnosis=F50.81").text

    fill(app, cast, [Made(codes="F50.21")] * 2, start=100)
    large = figures(alice, "/cohort.csv?diagnosis=F50.81")
    assert told(large["PHQ-9", "Better"]) == ("6", "6", "6", *percent(6, 6))
    assert large["Patients", "Not in it: another eating disorder"]["n"] == "5"


def test_a_period_cuts_what_happened_and_keeps_everybody(app, alice, cast):
    fill(app, cast, [
        *[Made(doses=(200, 10), met=())] * 5,
        *[Made(doses=(200,), met=(), after=None, events=(1,))] * 5,
    ])  # fmt: skip
    found = figures(alice, "/cohort.csv?period=90d")
    assert found["Patients", "In the cohort"]["n"] == "10", "nobody leaves by falling silent"
    assert found["PHQ-9", "Judged"]["n"] == "5" and found["PHQ-9", "No score"]["n"] == "5"
    assert found["Windows", "Windows that are over"]["n"] == "5"
    assert told(found["Adverse events", "All adverse events"])[:3] == ("0", "5", "0")
    whole = figures(alice, "/cohort.csv?period=12m")
    assert told(whole["Adverse events", "All adverse events"])[:3] == ("5", "15", "5")
    assert "30-Jul-2026 to 28-Oct-2026" in alice.get("/cohort?period=90d").text


def test_a_hold_is_of_the_period_in_which_it_was(app, cast, at_noon):
    fill(app, cast, [Made(holds=(CLOSED,))] * 5)
    at_noon.move_to(NOON + 100 * DAY)
    alice = sign_in(app, cast.alice)
    assert told(figures(alice)["Holds", "Patients with a hold"])[:3] == ("5", "5", "5")
    quarter = figures(alice, "/cohort.csv?period=90d")
    assert told(quarter["Holds", "Patients with a hold"])[:3] == ("0", "5", "0")
    assert quarter["Holds", "Holds"]["n"] == "0" and quarter["PHQ-9", "No score"]["n"] == "5"


def test_a_baseline_alone_and_an_instrument_without_limits_are_not_judged(app, alice, cast):
    fill(app, cast, [*[Made(after=None)] * 2, *[Made()] * 5])
    auditc = catalogue()["auditc"]
    with app.app_context(), acting_as_job("test data"):
        scores.record(
            db.session.get_one(Patient, cast.ann), instrument=auditc,
            answers={item.id: item.lowest for item in auditc.items},
            taken_at=NOON - 120 * DAY, zone="UTC", mode=Mode.PAPER, by=cast.alice,
        )  # fmt: skip
        db.session.add(dose(cast.ann, NOON - DAY, by=cast.alice))
        db.session.commit()
        db.session.remove()
    found = figures(alice)
    assert told(found["PHQ-9", "Cannot be judged"])[:2] == ("2", "8")
    assert "this is the baseline" in alice.get(
        "/cohort/patients?of=change-phq9-cannot-be-judged"
    ).text  # fmt: skip
    assert ("AUDIT-C", "Judged") not in found and found["AUDIT-C", "Current score"]["n"] == "1"
    assert "No limits of reliable change are known for: AUDIT-C." in alice.get("/cohort").text
    quarter = figures(alice, "/cohort.csv?period=90d")
    assert quarter["AUDIT-C", "Current score"]["n"] == "0", "current, but not of this period"


@pytest.mark.one_database
def test_a_number_leads_to_its_patients(app, alice, cast):
    fill(app, cast, [*[Made()] * 5, Made(before=0, after=3)])
    page = alice.get("/cohort").text
    link = re.search(r'href="(/cohort/patients\?of=change-phq9-worse)"', page)
    assert link
    behind = alice.get(link[1]).text
    assert "MADE5" in behind and "reliably worse" in behind and "MADE0" not in behind
    for unknown in ("change-nothing-better", "", "who", "\x00", "9" * 500):
        assert alice.get("/cohort/patients", query_string={"of": unknown}).status_code == 404


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["period", "diagnosis"])
def test_an_address_that_asks_for_the_impossible_shows_everything_and_says_so(
    app, alice, cast, name
):
    fill(app, cast, [Made()])
    for text in UNKNOWN:
        for address in ("/cohort", "/cohort/patients", "/cohort.csv"):
            answer = alice.get(address, query_string={name: text})
            assert answer.status_code == 200, (address, text)
        page = alice.get("/cohort", query_string={name: text}).text
        assert "is not offered" in page and "9" * 400 not in page
    assert "is not offered" not in alice.get("/cohort?period=90d&diagnosis=F50.81").text


@pytest.mark.one_database
def test_sixty_patients_cost_as_many_statements_as_one(app, alice, cast, counting):
    whole = Made(events=(1,), holds=(CLOSED,), answered=1, missed=1)
    counted: dict[str, list[int]] = {}
    for people in (range(1), range(1, 60)):
        fill(app, cast, [whole for _ in people], start=people.start)
        for address in ("/cohort", "/cohort?period=90d&diagnosis=F50.81", "/cohort.csv"):
            with counting() as statements:
                assert alice.get(address).status_code == 200
            counted.setdefault(address, []).append(len(statements))
    assert all(first == last for first, last in counted.values()), counted
    assert counted["/cohort"][0] <= 11, counted
    assert figures(alice)["PHQ-9", "Better"]["n"] == "60"
