"""The command line's part of the demo: build it, serve it, start it anew."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from flask_migrate import upgrade

from dashboard import cli, ready
from dashboard.db import db
from dashboard.demo.build import Built, build
from dashboard.demo.reset import (
    refuse_a_busy_port,
    refuse_a_practice,
    refuse_an_unmarked_database,
    reset,
)
from dashboard.demo.staff import ACCOUNTS, PASS_PHRASE
from dashboard.ready import NotReady
from dashboard.settings import ROOT, Settings

demo = AppGroup("demo", help="A practice of synthetic patients, for trying things out.")


@demo.command("serve")
@click.option("--reset", "anew", is_flag=True, help="Start anew: forget everything typed so far.")
def serve_demo(anew: bool) -> None:
    """Make the demo practice if there is none, say how to sign in, and serve it."""
    settings = _settings()
    try:
        refuse_a_practice(settings)
        refuse_a_busy_port(settings.port)
        _prepare(settings, anew=anew)
        _invite(settings)
        cli.run()
    except NotReady as problem:
        raise click.ClickException(str(problem)) from None


@demo.command("build")
@click.option("--reset", "anew", is_flag=True, help="Start anew: forget everything typed so far.")
@click.option("--patients", type=click.IntRange(min=1), help="Make only the first few patients.")
def build_demo(anew: bool, patients: int | None) -> None:
    """Make the demo practice if there is none, without serving it."""
    try:
        _prepare(_settings(), anew=anew, patients=patients)
    except NotReady as problem:
        raise click.ClickException(str(problem)) from None


def _prepare(settings: Settings, *, anew: bool, patients: int | None = None) -> None:
    refuse_a_practice(settings)
    if anew:
        db.engine.dispose()
        reset(settings)
    refuse_an_unmarked_database(settings)
    ready.claim(settings.instance, settings)
    upgrade(directory=str(ROOT / "migrations"))
    click.echo("Looking for the demo practice; making it takes some seconds.")
    built = build(limit=patients)
    click.echo(_told(built) if built else "The demo practice is as it was left.")


def _told(built: Built) -> str:
    return (
        f"Made the demo practice: {built.patients} patients, {built.visits} visits, "
        f"{built.responses} questionnaires in {built.seconds:.0f} s."
    )


def _invite(settings: Settings) -> None:
    """Say where, as whom, and how to stop."""
    lines = [
        "",
        f"  Casement demo practice   {settings.base_url}",
        "  Synthetic patients only. Nobody here is real; do not enter anybody who is.",
        "",
        *(f"  {one.role.value:<10} {one.email:<24} {one.name}" for one in ACCOUNTS),
        f"  pass phrase of all three: {PASS_PHRASE}",
        "",
        f"  Kept in {settings.instance}; a restart keeps what you typed.",
        "  Stop with Ctrl+C. Start anew with: make run RESET=1",
        "",
    ]
    click.echo("\n".join(lines))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
