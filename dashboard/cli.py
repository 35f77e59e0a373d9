"""The command line: setting up, serving, the first admin, and proving the trail."""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Thread

import click
import structlog
from flask import Flask, current_app

from dashboard import engine, guards, ready, trail
from dashboard.db import db
from dashboard.rounds import Round, Rounds
from dashboard.settings import Settings

log = structlog.get_logger()
THREADS = 8
CONNECTIONS = 1000


def install(app: Flask) -> None:
    """Add the commands."""
    from dashboard.clearance.commands import clearance
    from dashboard.demo.commands import demo
    from dashboard.scores.commands import score_answers
    from dashboard.scores.import_commands import scores

    app.cli.add_command(serve)
    app.cli.add_command(verify_trail)
    app.cli.add_command(check_data)
    app.cli.add_command(demo)
    app.cli.add_command(scores)
    app.cli.add_command(clearance)
    app.cli.add_command(score_answers)


@click.command("serve")
def serve() -> None:
    """Serve this practice on 127.0.0.1:PORT, once it has been checked that it may be served."""
    run()


def run() -> None:
    """Check, then serve until stopped."""
    from waitress import serve as listen

    settings: Settings = current_app.extensions["settings"]
    ready.claim(settings.instance, settings)
    with db.engine.connect() as connection:
        ready.check(current_app._get_current_object(), connection)  # type: ignore[attr-defined]
    trail.drop_anchor(db.session(), settings.instance / "trail.anchor")
    db.session.remove()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    Thread(target=_load_the_drawing_library, daemon=True).start()
    beside = Rounds(app, _rounds())
    beside.start()
    try:
        listen(
            app, host="127.0.0.1", port=settings.port, threads=THREADS,
            connection_limit=CONNECTIONS, ident=None, channel_timeout=60,
            clear_untrusted_proxy_headers=not settings.proxies,
        )  # fmt: skip
    finally:
        beside.stop()


def _rounds() -> tuple[Round, ...]:
    """Name what the server does by itself; the same may also run from cron."""
    from dashboard.alerts import actions as alerts
    from dashboard.alerts import mailing
    from dashboard.checkins import rounds as check_ins
    from dashboard.clearance import rounds as clearances

    def escalate() -> None:
        alerts.escalate()
        db.session.commit()
        mailing.deliver()

    def pass_on() -> None:
        alerts.pass_on()
        db.session.commit()

    def judge() -> None:
        clearances.go()

    memory: check_ins.Memory = {}
    return (
        Round("pass alerts on", pass_on),
        Round("escalate alerts", escalate),
        Round("check-ins", lambda: check_ins.go(memory)),
        Round("judge clearance", judge),
    )


def _load_the_drawing_library() -> None:
    """Load it while nobody waits: the first overview would take seconds longer."""
    import_module("dashboard.charts.figure")


@click.command("verify-trail")
@click.option(
    "--anchor",
    "anchor_file",
    type=click.Path(exists=True),
    help="A file of anchors kept elsewhere.",
)
def verify_trail(anchor_file: str | None) -> None:
    """Walk the whole trail; name the first row that was edited, removed, moved or cut."""
    from pathlib import Path

    settings: Settings = current_app.extensions["settings"]
    own = settings.instance / "trail.anchor"
    anchors = trail.read_anchors(own) + (
        trail.read_anchors(Path(anchor_file)) if anchor_file else ()
    )
    verdict = trail.verify(db.session(), current_app.extensions["keys"].trail, anchors=anchors)
    if not verdict.is_whole:
        click.echo(
            f"The trail does not hold: {verdict.trouble}. {verdict.rows} rows before it hold.",
            err=True,
        )
        sys.exit(1)
    trail.drop_anchor(db.session(), own)
    click.echo(f"The trail holds: {verdict.rows} rows.")


@click.command("check-data")
def check_data() -> None:
    """Prove every instrument and the clearance rules; check the database's own rules."""
    from dashboard.clinical.clearance import ruleset
    from dashboard.clinical.instruments import every_shipped

    rules = ruleset()
    click.echo(f"Clearance rules {rules.version}: sound ({rules.sha256[:12]})")
    for instrument in every_shipped().values():
        click.echo(f"{instrument.short} {instrument.version}: sound ({instrument.sha256[:12]})")
    with db.engine.connect() as connection:
        engine.check_durability(connection)
        guards.check(connection, current_app.extensions["guards"])
    click.echo("The database's rules are in force.")
