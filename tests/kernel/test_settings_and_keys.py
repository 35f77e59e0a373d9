"""Settings and keys: no default secrets, nothing readable by others, nothing misspelt unnoticed."""

import os
import stat

import pytest

from dashboard import engine, keys, ready
from dashboard.app import create_app
from dashboard.settings import BadSetting, Mode, Settings


def test_a_real_practice_is_the_default_and_needs_a_second_factor():
    settings = Settings.from_env({})

    assert settings.mode is Mode.PRACTICE
    assert settings.second_factor_required and settings.secure_cookies


WRONG = {
    "a misspelt name": {"CASEMENT_MOOD": "demo"},
    "an unknown mode": {"CASEMENT_MODE": "production"},
    "a port that is no number": {"PORT": "8o00"},
    "a port out of range": {"PORT": "70000"},
    "a number in other digits": {"PORT": "٨٠٠٠"},
    "another database": {"DATABASE_URL": "mysql://localhost/x"},
    "a database that is no address": {"DATABASE_URL": "casement.db"},
    "too many proxies": {"CASEMENT_PROXIES": "99"},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_setting_stops_the_start_and_is_named(what):
    with pytest.raises(BadSetting, match=next(iter(WRONG[what]))):
        Settings.from_env(WRONG[what])


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_of_writing_a_postgresql_address_means_the_same(scheme):
    settings = Settings.from_env({"DATABASE_URL": f"{scheme}://u@h/d"})

    assert settings.database_url == "postgresql+psycopg://u@h/d"


def test_keys_are_made_once_differ_and_are_readable_by_their_owner_alone(tmp_path):
    first = keys.load(tmp_path / "keys", may_create=True)
    again = keys.load(tmp_path / "keys", may_create=False)

    assert first == again
    assert len({first.database, first.session, first.trail, first.seal}) == 4
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_that_others_can_read_stops_the_start(tmp_path):
    keys.load(tmp_path, may_create=True)
    (tmp_path / "trail.key").chmod(0o640)

    with pytest.raises(keys.UnsafeKey, match="chmod 600"):
        keys.load(tmp_path, may_create=True)


def test_a_lost_key_is_never_replaced_by_a_new_one(tmp_path):
    keys.load(tmp_path, may_create=True)
    (tmp_path / "database.key").unlink()

    with pytest.raises(keys.UnsafeKey, match="restore it"):
        keys.load(tmp_path, may_create=False)


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "00" * 33])
def test_a_malformed_key_stops_the_start(tmp_path, text):
    keys.load(tmp_path, may_create=True)
    (tmp_path / "seal.key").write_text(text)

    with pytest.raises(keys.UnsafeKey, match="64 hexadecimal"):
        keys.load(tmp_path, may_create=True)


def test_keys_do_not_show_themselves(tmp_path):
    held = keys.load(tmp_path, may_create=True)

    assert held.trail.hex() not in repr(held)


def test_a_database_without_its_key_files_does_not_start(tmp_path):
    settings = Settings(mode=Mode.DEMO, instance=tmp_path, keys=tmp_path / "keys")
    settings.database_file.write_bytes(b"somebody's data")

    with pytest.raises(keys.UnsafeKey):
        create_app(settings)


def test_one_lost_key_of_a_postgresql_practice_is_not_replaced_either(tmp_path):
    settings = Settings(
        mode=Mode.PRACTICE, instance=tmp_path, keys=tmp_path / "keys",
        database_url="postgresql+psycopg://nobody@localhost/nowhere",
    )  # fmt: skip
    create_app(settings)
    (settings.keys / "seal.key").unlink()

    with pytest.raises(keys.UnsafeKey, match="restore it"):
        create_app(settings)


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_a_sqlite_that_can_corrupt_its_log_is_refused(version):
    with pytest.raises(engine.UnsafeDatabase):
        engine.refuse_wal_reset(version)


def test_a_sqlite_with_the_correction_is_accepted():
    engine.refuse_wal_reset((3, 51, 3))


def test_a_demo_and_a_practice_never_share_a_folder(tmp_path):
    demo = Settings(mode=Mode.DEMO, instance=tmp_path, keys=tmp_path / "keys")
    practice = Settings(mode=Mode.PRACTICE, instance=tmp_path, keys=tmp_path / "keys")
    ready.claim(tmp_path, demo)

    ready.claim(tmp_path, demo)
    with pytest.raises(ready.NotReady, match="belongs to a demo"):
        ready.claim(tmp_path, practice)


def test_the_embedded_file_is_encrypted(tmp_path):
    key = os.urandom(32)
    connection = engine.open_embedded(tmp_path / "x.db", key)
    connection.execute("CREATE TABLE t (a TEXT)")
    connection.execute("INSERT INTO t VALUES ('canary in the mine')")
    connection.close()

    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"canary" not in stored
    assert b"SQLite format" not in stored
