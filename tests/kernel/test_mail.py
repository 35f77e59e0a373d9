"""Mail: encrypted or not at all, one recipient, nothing forged, and nobody named in a log."""

import smtplib
import stat
from email import message_from_bytes, policy

import pytest
import structlog
from flask import Flask

from dashboard import mail, mail_route
from dashboard.mail_route import Off, Outbox, Smtp
from dashboard.settings import BadSetting, Mode, Settings
from tests.mail_server import serve

LINK = "https://clinic.example/c/" + "k" * 43


@pytest.fixture
def writing(tmp_path):
    """Return a function that makes a program with nothing but a way for its mail."""

    def program(route):
        app = Flask("mail")
        app.extensions["settings"] = Settings(
            mode=Mode.PRACTICE, instance=tmp_path, keys=tmp_path / "keys", mail=route
        )
        return app.app_context()

    return program


def by_server(server, **options):
    return Smtp(host="127.0.0.1", port=server.port, sender="clinic@example.org", **options)


READS = {
    "": Off(),
    "off": Off(),
    "file:": Outbox(),
    "smtp://mail.example.org?from=a@example.org": Smtp("mail.example.org", 587, "a@example.org"),
    "smtps://u%40x:p%2Fw%23@h:4465?from=a@example.org": Smtp(
        "h", 4465, "a@example.org", "u@x", "p/w#", True
    ),
}


@pytest.mark.parametrize("text", READS)
def test_the_setting_says_how_mail_leaves(text):
    assert Settings.from_env({"CASEMENT_MAIL": text}).mail == READS[text]


@pytest.mark.parametrize(
    "text",
    [
        "mail.example.org", "http://h?from=a@b.c", "smtp://?from=a@b.c", "smtp://h",
        "smtp://h?from=", "smtp://h?from=a", "smtp://h?from=a@b.c&tls=no", "smtp://h:x?from=a@b.c",
        "smtp://u:secret#1@h?from=a@b.c", "smtp://h?from=a@b.c,d@e.f", "file:/etc",
    ],
)  # fmt: skip
def test_a_setting_that_would_not_work_stops_the_start_and_keeps_its_password(text):
    with pytest.raises(BadSetting, match="CASEMENT_MAIL") as refused:
        Settings.from_env({"CASEMENT_MAIL": text})

    assert "secret" not in str(refused.value)


def test_a_practice_sends_nothing_and_a_demo_writes_files_unless_told():
    assert Settings.from_env({}).mail == Off()
    assert Settings.from_env({"CASEMENT_MODE": "demo"}).mail == Outbox()


def test_a_password_is_not_printed_with_the_settings():
    assert "hush" not in repr(Settings.from_env({"CASEMENT_MAIL": "smtp://u:hush@h?from=a@b.c"}))


def test_a_server_elsewhere_must_encrypt():
    assert Smtp("mail.example.org", 587, "a@b.c").needs_starttls
    assert not Smtp("127.0.0.1", 587, "a@b.c").needs_starttls
    assert not Smtp("mail.example.org", 465, "a@b.c", is_encrypted_at_once=True).needs_starttls


def test_the_outbox_holds_whole_messages_that_only_its_owner_reads(writing, tmp_path):
    with writing(Outbox()):
        mail.send(to="ann@example.org", subject="You have a message", body=f"Please open\n{LINK}\n")
        mail.send(to="ben@example.org", subject="Grüße", body="Grüße\n")

    first, second = sorted((tmp_path / "outbox").glob("*.eml"))
    sent = message_from_bytes(first.read_bytes(), policy=policy.default)
    assert sent["To"] == "ann@example.org" and sent["Subject"] == "You have a message"
    assert LINK.encode() in first.read_bytes()
    assert "Grüße" in message_from_bytes(second.read_bytes(), policy=policy.default).get_content()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700


FORGED = {
    "a second recipient": "ann@example.org, eve@example.org",
    "a line break": "ann@example.org\nBcc: eve@example.org",
    "a carriage return": "ann@example.org\rBcc: eve@example.org",
    "a name before it": "Ann <ann@example.org>",
    "no domain": "ann@",
    "nothing": "",
    "a NUL": "ann\0@example.org",
    "much too much": "a" * 1_000_000 + "@example.org",
    "only signs": "@@@",
    "a comment": "ann(x)@example.org",
}


@pytest.mark.parametrize("what", FORGED)
def test_one_message_goes_to_one_address_and_nowhere_else(writing, tmp_path, what):
    with writing(Outbox()), pytest.raises(mail.NotSent):
        mail.send(to=FORGED[what], subject="You have a message", body="Hello")

    assert not list(tmp_path.rglob("*.eml"))


def test_a_subject_cannot_carry_a_header(writing, tmp_path):
    with writing(Outbox()), pytest.raises(mail.NotSent):
        mail.send(to="ann@example.org", subject="Hello\r\nBcc: eve@example.org", body="Hello")

    assert not list(tmp_path.rglob("*.eml"))


def test_a_mail_server_gets_the_message_and_the_sign_in(writing):
    with serve() as server, writing(by_server(server, user="u", password="p")):
        mail.send(to="ann@example.org", subject="You have a message", body=f".\n{LINK}\n")

    ((recipient, text),) = server.taken
    assert recipient == "ann@example.org" and LINK in text
    assert any(line.startswith("AUTH PLAIN") for line in server.said)
    assert server.said[0].lower() == "ehlo example.org"


REFUSALS = {
    "RCPT": ("550 ann@example.org is unknown", "refused the patient's address"),
    "MAIL": ("550 not you", "refused the sender"),
    "AUTH": ("535 wrong", "refused the sign-in"),
    "DATA": ("554 spam", "refused the message"),
}


@pytest.mark.parametrize("verb", REFUSALS)
def test_a_refusal_is_told_in_words_that_name_nobody(writing, verb):
    answer, words = REFUSALS[verb]
    with (
        serve(refuses={verb: answer}) as server,
        writing(by_server(server, user="u", password="hush")),
        structlog.testing.capture_logs() as logs,
        pytest.raises(mail.NotSent, match=words) as refused,
    ):
        mail.send(to="ann@example.org", subject="You have a message", body=LINK)

    told = f"{logs} {refused.value}"
    assert not any(secret in told for secret in ("ann", "hush", LINK))


def test_what_a_server_took_was_sent_however_it_says_goodbye(writing, monkeypatch):
    def cut_off(connection):
        raise TimeoutError

    monkeypatch.setattr(smtplib.SMTP, "quit", cut_off)
    with serve() as server, writing(by_server(server)):
        mail.send(to="ann@example.org", subject="You have a message", body=LINK)

    assert [recipient for recipient, _ in server.taken] == ["ann@example.org"]


def test_a_server_that_cannot_encrypt_is_told_nothing(writing, monkeypatch):
    with serve() as server:
        elsewhere = by_server(server, user="u", password="hush")
        monkeypatch.setattr(mail_route, "LOOPBACK", frozenset())
        with writing(elsewhere), pytest.raises(mail.NotSent, match="encryption"):
            mail.send(to="ann@example.org", subject="You have a message", body=LINK)

    assert not server.taken and not any("AUTH" in line for line in server.said)


def test_a_server_that_is_not_there_is_told_apart(writing):
    with serve() as gone:
        pass
    with writing(by_server(gone)), pytest.raises(mail.NotSent, match="could not be reached"):
        mail.send(to="ann@example.org", subject="You have a message", body=LINK)


def test_without_the_setting_nothing_is_sent_and_it_says_so(writing):
    with writing(Off()), pytest.raises(mail.NotSent, match="CASEMENT_MAIL"):
        mail.send(to="ann@example.org", subject="You have a message", body="Hello")
    with writing(Off()):
        assert not mail.is_on()
