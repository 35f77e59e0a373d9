"""Values sealed with AES-256-GCM before they reach the database: drafts, second-factor seeds.

Each value is bound to its place (`context`): a sealed text moved to another row does not open.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

VERSION = b"\x01"


class BrokenSeal(RuntimeError):
    """A sealed value was changed, moved, or sealed with another key."""


def seal(text: str, *, context: str) -> bytes:
    """Return `text` encrypted and bound to `context`."""
    nonce = os.urandom(12)
    return VERSION + nonce + _cipher().encrypt(nonce, text.encode(), context.encode())


def unseal(sealed: bytes, *, context: str) -> str:
    """Return the text sealed for `context`, or raise `BrokenSeal`."""
    if sealed[:1] != VERSION:
        raise BrokenSeal("sealed by an unknown version")
    try:
        return _cipher().decrypt(sealed[1:13], sealed[13:], context.encode()).decode()
    except InvalidTag:
        raise BrokenSeal(f"the sealed value of {context} does not open") from None


def _cipher() -> AESGCM:
    return AESGCM(current_app.extensions["keys"].seal)
