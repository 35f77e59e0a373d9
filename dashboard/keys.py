"""The secret keys: one file each, made on first start, readable by their owner alone.

They live beside the database by default and can be kept elsewhere (`CASEMENT_KEYS`); none of them
is ever stored in the database, so that a stolen or rewritten one can neither be read nor forged.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

NAMES = ("database", "session", "trail", "seal")


class UnsafeKey(RuntimeError):
    """A key file is malformed, missing beside its database, or readable by others."""


@dataclass(frozen=True)
class Keys:
    """256-bit keys: of the database file, signed cookies, the trail's chain, sealed values."""

    database: bytes
    session: bytes
    trail: bytes
    seal: bytes

    def __repr__(self) -> str:
        return "Keys(…)"


def load(folder: Path, *, may_create: bool) -> Keys:
    """Read every key; make missing ones only while there is no database they could belong to."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Keys(**{name: _key(folder / f"{name}.key", may_create=may_create) for name in NAMES})


def _key(path: Path, *, may_create: bool) -> bytes:
    try:
        _refuse_readable_by_others(path)
        key = bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError:
        if not may_create:
            raise UnsafeKey(
                f"{path} is missing: the existing data cannot be used without it; restore it"
            ) from None
        return _create(path)
    except ValueError:
        raise UnsafeKey(f"{path} does not hold a key of 64 hexadecimal digits") from None
    if len(key) != 32:
        raise UnsafeKey(f"{path} does not hold a key of 64 hexadecimal digits")
    return key


def _create(path: Path) -> bytes:
    """Write a new key; when another process was first, use that one."""
    key = secrets.token_bytes(32)
    draft = path.with_suffix(f".{secrets.token_hex(8)}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return _key(path, may_create=False)
    finally:
        draft.unlink()
    return key


def _refuse_readable_by_others(path: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UnsafeKey(f"{path} can be read by others; run: chmod 600 {path}")
