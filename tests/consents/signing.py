"""A patient at the consent pages: begins, opens the door, initials, answers, signs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bs4 import BeautifulSoup

from dashboard.consents.texts import ConsentText, versions
from tests.cast import Visitor

TEXT: ConsentText = versions()[-1]
FORM = {
    "route": "sublingual",
    "formulation": "troche or lozenge",
    "dose_class": "low",
    "method": "by private link",
    "signer": "patient",
    "authority": "",
}
BORN = {"month": "3", "day": "14", "year": "1996"}
SAID = {f"words_{one.key}": "Nobody knows yet whether it helps." for one in TEXT.questions}
FOUND = {f"judgement_{one.key}": "understood" for one in TEXT.questions}


def begin(visitor: Visitor, patient_ref: str, **changes: str) -> str:
    """Begin a consent and return its address."""
    answer = visitor.fill_in(f"/patients/{patient_ref}/consents/new", {**FORM, **changes})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def link_to(visitor: Visitor, consent: str) -> str:
    """Make a link to copy and return its path."""
    answer = visitor.post(f"{consent}/link")
    field = BeautifulSoup(answer.text, "html.parser").select_one("#address")
    assert answer.status_code == 200
    found = re.search(r"/p/\S+$", str(field["value"]))
    assert found
    return found[0]


def come_in(patient: Visitor, link: str, born: Mapping[str, str] = BORN) -> None:
    """Open the door with a birth date."""
    answer = patient.post(link, born)
    assert (answer.status_code, answer.location) == (303, "/consent"), answer.text


def initial_all(patient: Visitor, *, but: int = 0) -> None:
    """Initial every item, one excepted."""
    for number in range(1, len(TEXT.items) + 1):
        if number != but:
            assert patient.post(f"/consent/{number}", {"initials": "AA"}).status_code == 303


def sign(patient: Visitor, name: str = "Ann Abel") -> None:
    """Go the patient's whole way and sign."""
    initial_all(patient)
    assert patient.post("/consent/in-your-words", {"known": "Very little."}).status_code == 303
    answer = patient.post("/consent/sign", {"agrees": "yes", "name": name})
    assert (answer.status_code, answer.location) == (303, "/consent/signed"), answer.text


def teach_back(physician: Visitor, consent: str, **changes: str) -> None:
    """Record the teach-back."""
    given = {"channel": "by video", **SAID, **FOUND, **changes}
    answer = physician.fill_in(f"{consent}/teach-back", given)
    assert answer.status_code == 303, answer.text


def signed_by_link(physician: Visitor, patient: Visitor, patient_ref: str, **changes: str) -> str:
    """Begin, sign by link and find understood; return the consent's address."""
    consent = begin(physician, patient_ref, **changes)
    come_in(patient, link_to(physician, consent))
    sign(patient)
    teach_back(physician, consent)
    return consent
