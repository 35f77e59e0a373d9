"""Passwords: long, not guessable, hashed with Argon2id, and never more than two hashes at a time.

Rules after NIST SP 800-63B-4: at least 15 characters, no composition rules, no truncation, and a
blocklist of what attackers try first, the practice's and the person's own names among it.
"""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

SHORTEST, LONGEST = 15, 1024  # characters
STRONG_ENOUGH = 3  # of zxcvbn's 0 to 4
RATED = 72  # characters zxcvbn can read
RATED_FIRST = 24  # its time grows steeply with length; a strong beginning is enough
OWN_LEAST = 8  # letters and digits that must be left when names are taken away
HASHER = PasswordHasher()  # the library's defaults: RFC 9106, low-memory profile
TEST_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
_at_most_two = threading.BoundedSemaphore(2)  # each hash takes 64 MiB


def hash_of(password: str) -> str:
    """Return what is stored instead of the password."""
    with _at_most_two:
        return _hasher().hash(_prepared(password))


def matches(stored: str | None, password: str) -> bool:
    """Compare; without a stored hash the same work is done and nothing matches."""
    with _at_most_two:
        try:
            _hasher().verify(stored or _nobodys_hash(_hasher()), _prepared(password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def objection(password: str, *, names: Iterable[str]) -> str | None:
    """Say in a sentence why a password will not do, or return None.

    `names` are words an attacker would try: the practice, the person, their e-mail address.
    """
    password = normalised(password)
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; this has {len(password)}."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST:,} characters; this has {len(password):,}."
    words = _words(names)
    if password.casefold() in FREQUENCY_LISTS["passwords"]:
        return "This is one of the passwords that are guessed first. Choose another."
    if _without(words, password) < OWN_LEAST:
        return "This is mostly your name, your address or the practice's. Add words of your own."
    if not _is_strong(password, words):
        return "This is easy to guess. Put together four or more words that do not belong together."
    return None


def normalised(password: str) -> str:
    """Return one spelling for one password, however the keyboard composed it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _is_strong(password: str, words: list[str]) -> bool:
    """Rate the beginning first: what is strong already cannot become weak by going on."""
    with _at_most_two:
        return any(
            zxcvbn(password[:length], user_inputs=words)["score"] >= STRONG_ENOUGH
            for length in (RATED_FIRST, RATED)
        )


def _words(names: Iterable[str]) -> list[str]:
    parts = {part for name in names for part in re.split(r"[\W_]+", name.casefold())}
    return sorted({"casement", *(p for p in parts if len(p) > 2)}, key=len, reverse=True)


def _without(words: list[str], password: str) -> int:
    """Return how many letters and digits are left without the names."""
    left = password.casefold()
    for word in words:
        left = left.replace(word, "")
    return sum(map(str.isalnum, left))


def _prepared(password: str) -> bytes:
    return normalised(password).encode(errors="surrogatepass")


def _hasher() -> PasswordHasher:
    return TEST_HASHER if current_app.extensions["settings"].testing else HASHER


@lru_cache(maxsize=4)
def _nobodys_hash(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_hex(16))
