"""Passwords: long enough, not guessable, every character counting, hashed with Argon2id."""

import threading
import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters

from dashboard.accounts import passwords

NAMES = ("Lindenhof Practice", "Alice Adler", "alice@practice.example")


def objection(app, password, names=NAMES):
    with app.app_context():
        return passwords.objection(password, names=names)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 15"),
        ("short but good", "at least 15"),
        ("a" * 15, "easy to guess"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "easy to guess"),
        ("qwertyuiopasdfgh", "easy to guess"),
        ("123456789012345678", "easy to guess"),
        ("passwordpassword", "easy to guess"),
        ("PasswordPassword1!", "easy to guess"),
        ("abcabcabcabcabcabcabc", "easy to guess"),
        ("Alice Adler Alice Adler", "mostly your name"),
        ("alice.practice.adler.1", "mostly your name"),
        ("casementcasement2026", "mostly your name"),
        ("LindenhofLindenhof77", "mostly your name"),
        ("x" * 1025, "at most 1,024"),
    ],
)  # fmt: skip
def test_a_password_that_is_guessed_first_is_refused_with_the_reason(app, password, words):
    assert words in objection(app, password)


@pytest.mark.one_database
@pytest.mark.parametrize(
    "password",
    [
        "tulip anvil ferry midnight quorum",
        "correct horse battery staple",
        "gläserne Brücke über zwölf Wiesen",
        "  leading and trailing counts  ",
        "тихая река под старым мостом",
        "vX9#qL2m!Zr7$Kp",
        "k7" + "wq8zrt1mxp" * 6 + "lj4vbn",
        "".join(chr(33 + (n * 37) % 90) for n in range(128)),
        "".join(chr(33 + (n * 41) % 90) for n in range(1024)),
    ],
)  # fmt: skip
def test_a_long_password_of_any_kind_will_do(app, password):
    assert objection(app, password) is None


@pytest.mark.one_database
def test_every_character_counts_however_long_the_password(app):
    with app.app_context():
        long = "tulip anvil ferry midnight quorum " * 30
        stored = passwords.hash_of(long)

        assert passwords.matches(stored, long)
        assert not passwords.matches(stored, long[:-1])
        assert not passwords.matches(stored, long + "x")


@pytest.mark.one_database
def test_one_password_typed_on_two_keyboards_is_the_same(app):
    composed = unicodedata.normalize("NFC", "gläserne Brücke überall")
    with app.app_context():
        stored = passwords.hash_of(composed)

        assert passwords.matches(stored, unicodedata.normalize("NFD", composed))


@pytest.mark.one_database
def test_without_a_stored_hash_nothing_matches(app):
    with app.app_context():
        assert not passwords.matches(None, "tulip anvil ferry midnight quorum")
        assert not passwords.matches("not a hash", "tulip anvil ferry midnight quorum")


def test_a_real_practice_hashes_with_the_librarys_parameters():
    assert passwords.HASHER.type.name == "ID"
    assert extract_parameters(passwords.HASHER.hash("x")) == extract_parameters(
        PasswordHasher().hash("x")
    )
    assert passwords.HASHER.memory_cost == 65536


@pytest.mark.one_database
def test_never_more_than_two_hashes_are_computed_at_a_time(app, monkeypatch):
    at_work, most, gate = [], [], threading.Lock()

    class Watched:
        def hash(self, password):
            with gate:
                at_work.append(password)
                most.append(len(at_work))
            threading.Event().wait(0.02)
            with gate:
                at_work.remove(password)
            return "hashed"

    monkeypatch.setattr(passwords, "_hasher", Watched)
    threads = [
        threading.Thread(target=passwords.hash_of, args=(f"password {n}",)) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(most) == 2
