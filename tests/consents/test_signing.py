"""From beginning a consent to its counting, on both ways, and what stops it."""

from __future__ import annotations

import re

from tests.consents.signing import (
    TEXT,
    begin,
    come_in,
    link_to,
    sign,
    teach_back,
)


def test_a_consent_by_link_counts_only_after_the_teach_back(app, cast, alice, nobody, rows):
    consent = begin(alice, cast.ann_ref)
    come_in(nobody, link_to(alice, consent))
    sign(nobody)

    page = f"/patients/{cast.ann_ref}/consents"
    assert "Incomplete" in alice.get(page).text
    assert "Teach-back due" in alice.get(consent).text
    assert rows("SELECT count(*) FROM alert WHERE key = 'consent:teach-back'")[0][0] == 1
    teach_back(alice, consent)
    assert "365 days left" in alice.get(page).text
    assert rows("SELECT state FROM alert WHERE key = 'consent:teach-back'") == [("closed",)]
    shown = alice.get(consent).text
    assert "Seal intact" in shown
    assert "Shown on the patient&#39;s own screen" not in shown
    nobody.get("/consent/signed")
    nobody.get("/consent/signed")
    assert alice.get(consent).text.count("own screen") == 1
    stored = rows(
        "SELECT text_version, language, signer, signed_name, method, zone_name, address_digest,"
        " seal FROM consent"
    )[0]
    assert stored[:5] == (TEXT.version, "en", "patient", "Ann Abel", "by private link")
    assert stored[5] == "America/New_York"
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in stored[6:])
