"""Sealing a signed consent, and proving later that it is still what was signed.

The seal is the SHA-256 of the canonical content: the text's own digest, what it is for, every
initialled item with its time, the answers, the signature. It stands in the row, which the database
refuses to change, and in the trail, which is chained under a key outside the database.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterable

from flask import current_app

from dashboard.consents.models import Consent, ConsentAnswer, ConsentInitial

RENDERER = "casement-consent-1"


def canonical(
    consent: Consent, *, initials: Iterable[ConsentInitial], answers: Iterable[ConsentAnswer]
) -> str:
    """Return everything that is signed, in one fixed order and spelling."""
    marks = sorted((one.item, one.initials, _instant(one.at)) for one in initials)
    words = sorted((one.question, one.words, _instant(one.at)) for one in answers)
    return json.dumps(
        [
            ["renderer", RENDERER],
            ["consent", str(consent.id), consent.ref],
            ["patient", str(consent.patient_id)],
            ["text", consent.text_name, consent.text_sha256, consent.language],
            ["for", consent.route, consent.formulation, consent.dose_class],
            ["method", consent.method, consent.address_digest],
            ["begun", str(consent.begun_by_id), _instant(consent.begun_at)],
            ["initials", marks],
            ["answers", words],
            ["signer", consent.signer, consent.signer_authority],
            ["signed", consent.signed_name, _instant(consent.signed_at), consent.zone_name],
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def digest(
    consent: Consent, *, initials: Iterable[ConsentInitial], answers: Iterable[ConsentAnswer]
) -> str:
    """Return the SHA-256 of the canonical content, in hexadecimal."""
    content = canonical(consent, initials=initials, answers=answers)
    return hashlib.sha256(content.encode()).hexdigest()


def is_intact(
    consent: Consent, *, initials: Iterable[ConsentInitial], answers: Iterable[ConsentAnswer]
) -> bool:
    """Whether a signed consent is what its seal says."""
    present = digest(consent, initials=initials, answers=answers)
    return consent.sealed_by == RENDERER and consent.seal == present


def address_digest(address: str) -> str:
    """Return a keyed digest of a network address: it can be compared, and not be read."""
    key: bytes = current_app.extensions["keys"].seal
    text = b"consent address\0" + address.encode(errors="surrogatepass")
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def _instant(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds") if moment else ""
