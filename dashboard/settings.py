"""What a running Casement is told from outside: one frozen object, read from the environment.

There are no default secrets: keys live in files of their own (see `keys`). An unknown `CASEMENT_…`
name is an error, because a misspelt safety setting must not be silently ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from dashboard import mail_route

ROOT = Path(__file__).resolve().parent.parent
KNOWN = {
    "CASEMENT_MODE",
    "CASEMENT_INSTANCE",
    "CASEMENT_KEYS",
    "CASEMENT_HOSTS",
    "CASEMENT_PROXIES",
    "CASEMENT_BASE_URL",
    "CASEMENT_INSTRUMENT_PACKS",
    "CASEMENT_INSTRUMENT_TEXTS",
    "CASEMENT_MAIL",
}


class BadSetting(ValueError):
    """A setting in the environment is wrong; the message names it and says what it takes."""


class Mode(StrEnum):
    """Whether real patients may be recorded."""

    PRACTICE = "practice"
    DEMO = "demo"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one running program."""

    mode: Mode
    instance: Path
    keys: Path
    database_url: str | None = None
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    proxies: int = 0
    port: int = 8000
    base_url: str = "http://127.0.0.1:8000"
    idle: timedelta = timedelta(minutes=15)
    absolute: timedelta = timedelta(hours=12)
    mail: mail_route.Route = mail_route.Off()  # noqa: RUF009 - frozen
    instrument_texts: Path | None = None
    instrument_packs: tuple[str, ...] = ()
    testing: bool = False

    @property
    def is_demo(self) -> bool:
        """Whether only synthetic patients live here."""
        return self.mode is Mode.DEMO

    @property
    def second_factor_required(self) -> bool:
        """Staff of a real practice need a second factor; the demo says visibly that it does not."""
        return not self.is_demo

    @property
    def secure_cookies(self) -> bool:
        """Real practices send cookies over TLS only; the demo runs on plain loopback."""
        return not self.is_demo

    @property
    def database_file(self) -> Path:
        """Where the embedded database lives."""
        return self.instance / "casement.db"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings, or raise `BadSetting` naming the first wrong one."""
        unknown = sorted(k for k in environ if k.startswith("CASEMENT_") and k not in KNOWN)
        if unknown:
            raise BadSetting(f"unknown setting {unknown[0]}; known: {', '.join(sorted(KNOWN))}")
        mode = _mode(environ.get("CASEMENT_MODE", "practice"))
        instance = Path(environ.get("CASEMENT_INSTANCE") or ROOT / "instance" / mode.value)
        port = _whole(environ, "PORT", default=8000, low=1, high=65535)
        texts = environ.get("CASEMENT_INSTRUMENT_TEXTS")
        hosts = _listed(environ.get("CASEMENT_HOSTS", ""))
        return cls(
            mode=mode,
            instance=instance,
            keys=Path(environ.get("CASEMENT_KEYS") or instance / "keys"),
            database_url=_database_url(environ.get("DATABASE_URL")),
            hosts=hosts or ("127.0.0.1", "localhost"),
            proxies=_whole(environ, "CASEMENT_PROXIES", default=0, low=0, high=5),
            port=port,
            base_url=environ.get("CASEMENT_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            instrument_texts=Path(texts) if texts else None,
            instrument_packs=_listed(environ.get("CASEMENT_INSTRUMENT_PACKS", "")),
            mail=_mail(environ.get("CASEMENT_MAIL", "file:" if mode is Mode.DEMO else "")),
        )


def _mode(text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError:
        raise BadSetting(f"CASEMENT_MODE must be practice or demo, not {text!r}") from None


def _mail(text: str) -> mail_route.Route:
    try:
        return mail_route.read(text)
    except ValueError as problem:
        raise BadSetting(f"CASEMENT_MAIL {problem}") from None


def _listed(text: str) -> tuple[str, ...]:
    """Return the words between the commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _whole(environ: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    text = environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise BadSetting(f"{name} must be a whole number from {low} to {high}, not {text!r}")
    return int(text)


def _database_url(url: str | None) -> str | None:
    """Return a PostgreSQL address for the psycopg 3 driver, or None for the embedded database."""
    if not url:
        return None
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise BadSetting(
            "DATABASE_URL must be a postgresql:// address; leave it out for the embedded database"
        )
    return f"postgresql+psycopg://{rest}"
