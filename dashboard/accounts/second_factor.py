"""The second factor: six digits that change every 30 seconds, and codes for the day they are gone.

Each code opens once. The seed is sealed; recovery codes are 120 random bits, of which only a
digest is kept. Passkeys will stand beside these, not inside them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Iterable

import pyotp
import sqlalchemy as sa

from dashboard import seal
from dashboard.accounts.models import RecoveryCode, User
from dashboard.clock import now
from dashboard.db import affected, db, table_of

STEPS_BACK = 1  # a code may be one step (30 seconds) old: typing takes time
CODES = 10
CODE_BYTES = 15  # 120 bits, 24 letters and digits


def new_seed() -> str:
    """Return a fresh seed, 160 random bits in base 32."""
    return pyotp.random_base32()


def address(seed: str, *, account: str, issuer: str) -> str:
    """Return the otpauth address that an authenticator app reads from the picture."""
    return pyotp.TOTP(seed).provisioning_uri(name=account, issuer_name=issuer)


def counter_of(seed: str, code: str) -> int | None:
    """Return the time step a code belongs to, or None when it is not one of the present ones."""
    present = pyotp.TOTP(seed).timecode(now())
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    for counter in range(present, present - STEPS_BACK - 1, -1):
        if hmac.compare_digest(pyotp.TOTP(seed).generate_otp(counter), code):
            return counter
    return None


def use_code(user: User, code: str) -> bool:
    """Use the app's code; of any number of simultaneous uses exactly one succeeds."""
    if user.totp_seed is None or user.totp_confirmed_at is None:
        return False
    counter = counter_of(unsealed(user), code)
    return counter is not None and take_counter(user.id, counter)


def take_counter(user_id: uuid.UUID, counter: int) -> bool:
    """Mark a time step as used; False when it was used before."""
    table = table_of(User)
    unused = sa.and_(table.c.id == user_id, table.c.totp_counter < counter)
    return affected(db.session, sa.update(table).where(unused).values(totp_counter=counter)) == 1


def enrol(user: User, seed: str) -> None:
    """Keep a seed that its owner has proved to hold."""
    user.totp_seed = seal.seal(seed, context=f"totp:{user.id}")
    user.totp_confirmed_at = now()


def unsealed(user: User) -> str:
    """Return the seed of an enrolled account."""
    return seal.unseal(user.totp_seed or b"", context=f"totp:{user.id}")


def reset(user: User) -> None:
    """Forget an account's second factor; at the next sign-in a new one is set up."""
    user.totp_seed = user.totp_confirmed_at = None
    _forget_codes(user.id)


def new_recovery_codes(user_id: uuid.UUID) -> list[str]:
    """Replace an account's recovery codes; return the new ones, which are not kept anywhere."""
    _forget_codes(user_id)
    codes = [base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _ in range(CODES)]
    db.session.add_all(RecoveryCode(user_id=user_id, code_digest=_digest(c)) for c in codes)
    return [spaced(code) for code in codes]


def use_recovery_code(user_id: uuid.UUID, code: str) -> bool:
    """Use a recovery code; of any number of simultaneous uses exactly one succeeds."""
    table = table_of(RecoveryCode)
    unused = sa.and_(
        table.c.user_id == user_id,
        table.c.code_digest == _digest(_plain(code)),
        table.c.used_at.is_(None),
    )
    return affected(db.session, sa.update(table).where(unused).values(used_at=now())) == 1


def recovery_codes_left(user_id: uuid.UUID) -> int:
    """Return how many recovery codes are unused."""
    mine = sa.and_(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode).where(mine)) or 0


def spaced(text: str) -> str:
    """Write a long code in groups of four, as people copy it."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def sealed_codes(user_id: uuid.UUID, codes: Iterable[str]) -> str:
    """Return codes sealed for the browser to keep until their owner has written them down."""
    text = "\n".join(codes)
    return base64.b64encode(seal.seal(text, context=f"recovery:{user_id}")).decode()


def unsealed_codes(user_id: uuid.UUID, sealed: str) -> list[str]:
    """Return the codes sealed for this person."""
    return seal.unseal(base64.b64decode(sealed), context=f"recovery:{user_id}").split("\n")


def _forget_codes(user_id: uuid.UUID) -> None:
    table = table_of(RecoveryCode)
    db.session.execute(sa.delete(table).where(table.c.user_id == user_id))


def _plain(code: str) -> str:
    return "".join(c for c in code.upper() if c.isalnum())


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode(errors="surrogatepass")).digest()
