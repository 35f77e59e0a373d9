"""Every page, opened once with data in it: one heading, a label for every field, no inline code."""

from __future__ import annotations

import io
import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from pypdf import PdfReader

from dashboard.access import Allow
from tests.shape.test_access_table import TABLE, methods, rules
from tests.shape.visitors import addresses, guest

NOT_PAGES = {"static", "health.healthz", "health.readyz"}
REFUSED = {  # the record at hand does not stand where this is done; it says so
    "plans.complete", "plans.resume",
    "sessions.abandon", "sessions.add", "sessions.close", "sessions.correct", "sessions.effects",
    "sessions.live", "sessions.record",
    "visits.addendum", "consents.copy", "consents.document", "consents.teach_back",
}  # fmt: skip
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


def pages(app: Flask, cast, alice, cleo, nobody):
    """Yield (endpoint, answer) of every GET page as somebody who may open it."""
    own = addresses(app, cast, patient="ann")
    patient = guest(app, own)
    for rule in rules(app):
        if "GET" not in methods(rule) or rule.endpoint in NOT_PAGES:
            continue
        who = {
            Allow.ADMIN: cleo, Allow.ANYONE: nobody, Allow.LINK: nobody, Allow.GUEST: patient,
        }.get(TABLE[rule.endpoint], alice)  # fmt: skip
        answer = who.get(own.of(rule), follow_redirects=True)
        if answer.mimetype == "text/html":
            yield rule.endpoint, answer


def said(answer) -> str:
    """Return the text of an answer; of a PDF the words on its pages, not its compressed bytes."""
    if answer.mimetype == "application/pdf":
        return "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.data)).pages)
    return str(answer.get_data(as_text=True))


def faults(html: str) -> list[str]:
    """Say what is wrong with a page."""
    page, found = BeautifulSoup(html, "html.parser"), []
    if len(page.find_all("h1")) != 1:
        found.append(f"{len(page.find_all('h1'))} h1")
    if page.html is None or not page.html.get("lang"):
        found.append("no language")
    if not page.title or not page.title.text.endswith("· Casement"):
        found.append("no title")
    if page.find(lambda tag: tag.has_attr("style")) or page.find("style"):
        found.append("inline style")
    for script in page.find_all("script"):
        if not script.get("nonce") or script.text.strip():
            found.append("a script without nonce or with inline code")
    for tag in page.find_all(True):
        if any(name.startswith("on") for name in tag.attrs):
            found.append(f"an inline handler on <{tag.name}>")
    found += _labels(page) + _ids(page)
    if "Undefined" in html or "{{" in html or "None</" in html:
        found.append("a template fault shows")
    return found


def _labels(page: BeautifulSoup) -> list[str]:
    labelled = {label.get("for") for label in page.find_all("label")}
    return [
        f"no label for {field.get('name')}"
        for field in page.find_all(["input", "select", "textarea"])
        if field.get("type", "text") not in UNLABELLED
        and field.get("id") not in labelled
        and not (
            field.get("aria-label") or field.get("aria-labelledby") or field.find_parent("label")
        )
    ]


def _ids(page: BeautifulSoup) -> list[str]:
    ids = [tag["id"] for tag in page.find_all(id=True)]
    named = {
        part
        for tag in page.find_all(True)
        for name in ("aria-describedby", "aria-labelledby", "for")
        for part in str(tag.get(name) or "").split()
    }
    double = sorted({i for i in ids if ids.count(i) > 1})
    return [f"two elements with id {i}" for i in double] + [
        f"nothing has the id {i} that is pointed to" for i in sorted(named - set(ids))
    ]


@pytest.mark.one_database
def test_every_page_is_sound(app, cast, alice, cleo, nobody):
    wrong = []
    for endpoint, answer in pages(app, cast, alice, cleo, nobody):
        if answer.status_code >= 400 and endpoint not in REFUSED:
            wrong.append(f"{endpoint}: {answer.status}")
        wrong += [f"{endpoint}: {fault}" for fault in faults(answer.text)]

    assert not wrong, "\n".join(wrong)


@pytest.mark.one_database
def test_no_page_of_a_patient_names_weight_until_it_is_asked_for(app, cast, alice):
    own = addresses(app, cast, patient="ann")
    for rule in rules(app):
        if "GET" in methods(rule) and rule.rule.startswith("/patients/<ref:patient_ref>"):
            text = said(alice.get(own.of(rule)))
            assert not re.search(r"\b\d+(\.\d+)? ?(kg|lb)\b", text), rule.endpoint


@pytest.mark.one_database
@pytest.mark.parametrize("who", ["alice", "cleo"])
def test_links_lead_somewhere(app, cast, who, request):
    """Every link and form on every page of the frame leads to a page that exists."""
    visitor = request.getfixturevalue(who)
    start = "/patients" if who == "alice" else "/accounts"
    page = BeautifulSoup(visitor.get(start).text, "html.parser")
    for link in page.find_all("a", href=True):
        href = str(link["href"])
        if href.startswith("/"):
            assert visitor.get(href, follow_redirects=True).status_code == 200, href
