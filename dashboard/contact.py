"""How a typed contact is read: an address mail can reach, a number people can dial, a ZIP code.

Every reader takes an empty text as "not known" and raises ValueError with a sentence otherwise.
"""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

POSTAL_CODE = re.compile(r"\d{5}(-\d{4})?", re.ASCII)
TELEPHONE = frozenset("+0123456789 ()-./x")
LEAST_DIGITS = 7


def email(text: str) -> str:
    """Return an address as mail programs write it."""
    if not text:
        return ""
    try:
        return str(validate_email(text, check_deliverability=False).normalized)
    except EmailNotValidError:
        raise ValueError("Write the address as name@mail.example.") from None


def telephone(text: str) -> str:
    """Return a number that can be dialled."""
    digits = sum(c in "0123456789" for c in text)
    if text and (not set(text) <= TELEPHONE or digits < LEAST_DIGITS):
        raise ValueError("Write the number as people dial it, such as 212-555-0100.")
    return text


def postal_code(text: str) -> str:
    """Return a ZIP code."""
    if text and not POSTAL_CODE.fullmatch(text):
        raise ValueError("Write five digits, such as 10001, or ZIP+4.")
    return text
