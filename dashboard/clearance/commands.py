"""The command line's part of clearance: judge a case from a file, list kinds, prove every check.

Judging needs no database: a case is judged by the code that the pages use.
"""

from __future__ import annotations

import json
import sys
from typing import NoReturn, TextIO

import click
from flask.cli import with_appcontext

from dashboard.actor import acting_as_job
from dashboard.clearance import verifying
from dashboard.clinical.clearance import ruleset
from dashboard.clinical.clearance.case_file import read_case
from dashboard.clinical.clearance.case_reading import BadCase
from dashboard.clinical.clearance.case_report import plain
from dashboard.clinical.clearance.kinds import Entry, Kind
from dashboard.clinical.clearance.rule_page import page

WRONG_INPUT = 2


@click.group("clearance")
def clearance() -> None:
    """Judge medical clearance under the rule set in force."""


@clearance.command("judge")
@click.argument("file", type=click.File(encoding="utf-8-sig"))
def judge(file: TextIO) -> None:
    """Judge the case in FILE (JSON; - reads standard input) and print the judgement.

    \b
    {"on": "2026-11-23", "purpose": "activation" | "session" | "prescription",
     "patient": {"birth_date", "sex", "diagnoses", "restrictive", "purging", "setting", ...},
     "findings": [{"kind": "K", "value": 4.1, "unit": "mEq/L", "taken_at": "2026-11-22"}, ...],
     "answers": {"syncope_14d": false, "bupropion": {"value": false, "asked_on": "2026-11-20"}}}

    A blood pressure is "118/74"; two readings are a list. What is left out is not known. Wrong
    input ends with status 2 and one line for each fault on standard error.
    """
    in_force = ruleset()
    try:
        case = read_case(file.read(), rules=in_force)
    except UnicodeDecodeError:
        _refuse("this is not UTF-8 text")
    except BadCase as error:
        _refuse(str(error))
    if case.unused:
        click.echo(f"not used: {', '.join(case.unused)}", err=True)
    click.echo(json.dumps(plain(case.judged(in_force)), indent=1, ensure_ascii=False))


@clearance.command("kinds")
def kinds() -> None:
    """List every kind of finding and answer with its units and plausible ranges."""
    known = ruleset().kinds
    width = max(len(name) for name in known)
    for kind in known.values():
        click.echo(f"{kind.name:{width}}  {_entered(kind)}  ({kind.label})")


@clearance.command("rules")
def rules() -> None:
    """Print the rule set in force as the page that a physician signs (docs/clinical-rules.md)."""
    click.echo(page(ruleset()), nl=False)


@clearance.command("verify")
@with_appcontext
def verify() -> None:
    """Compare every signed check with its seal and with the trail; name the first that differs."""
    with acting_as_job("verify signed checks"):
        verdict = verifying.verify()
    if not verdict.is_whole:
        click.echo(f"Not every check holds: {verdict.trouble}.", err=True)
        click.echo(f"{verdict.checks} checks before it hold.", err=True)
        sys.exit(1)
    click.echo(f"Every signed check holds: {verdict.checks}.")


def _entered(kind: Kind) -> str:
    if not kind.entries:
        return f"{kind.form.value}, mmHg" if kind.unit == "mmHg" else kind.form.value
    return " | ".join(_range(entry) for entry in kind.entries)


def _range(entry: Entry) -> str:
    if entry.accepted is None or entry.outer is None:
        return entry.unit
    low, high, lowest, highest = (f"{float(end):g}" for end in (*entry.accepted, *entry.outer))
    return f"{entry.unit} {low} to {high} (refused outside {lowest} to {highest})"


def _refuse(why: str) -> NoReturn:
    for line in why.splitlines():
        click.echo(f"Error: {line}", err=True)
    sys.exit(WRONG_INPUT)
