"""A signed check as it is read and printed: from its own sealed content, never from today's."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from dashboard import formats
from dashboard.clearance import cells, checks
from dashboard.clearance.cells import TROUBLES
from dashboard.clearance.models import ClearanceCheck, Decision
from dashboard.clearance.showing import HIDDEN, PURPOSES, Mark
from dashboard.clearance.wording import KINDS, reason_of_tier
from dashboard.clinical.clearance import Verdict
from dashboard.clinical.clearance.populations import TITLES
from dashboard.clinical.clearance.verdicts import Standing

KIND_OF = {Decision.CLEARED: "ok", Decision.WITH_CONDITIONS: "due", Decision.NOT_CLEARED: "stop"}


class SealedRule(TypedDict):
    """One rule as `checks.content` spells it."""

    id: str
    verdict: str
    fires: bool
    reason: str
    value: str
    limit: str
    source: str
    standing: str
    framework: str
    note: str
    taken_on: str
    valid_until: str
    findings: list[list[str]]


class SealedFinding(TypedDict):
    """One variable as `checks.content` spells it."""

    variable: str
    label: str
    required: bool
    rules: list[SealedRule]


@dataclass(frozen=True)
class SignedLine:
    """One finding as it stood when the check was signed."""

    label: str
    mark: Mark
    value: str
    limit: str
    taken_on: str
    until: str
    rule: str


@dataclass(frozen=True)
class CheckView:
    """A signed check as its page and its document say it."""

    ref: str
    number: int
    decision: Mark
    about: tuple[tuple[str, str], ...]
    conditions: str
    cadence: str
    domains: tuple[tuple[str, tuple[SignedLine, ...]], ...]
    overrides: tuple[tuple[str, str], ...]
    triggers: tuple[str, ...]
    missing: tuple[str, ...]
    seal: str
    is_intact: bool
    hides: bool


def read(check: ClearanceCheck, *, shows_weight: bool) -> CheckView:
    """Return a check as plain values; numbers of body size only when they are shown."""
    sealed = json.loads(check.content)
    return CheckView(
        ref=check.ref, number=check.number,
        decision=Mark(KIND_OF[check.decision], check.decision.value.capitalize()),
        about=_about(check, sealed["tier_reasons"], shows_weight),
        conditions=check.conditions, cadence=check.cadence,
        domains=tuple(
            (TITLES.get(name, name), tuple(_lines(name, found, shows_weight)))
            for name, found in sorted(sealed["domains"].items(), key=_worst_first)
            if any(_verdict(one) is not Verdict.NOT_APPLICABLE for one in found)
        ),
        overrides=tuple((rule, _override(one)) for rule, one in sealed["overrides"].items()),
        triggers=tuple(words for _, words, _ in sealed["triggers"]),
        missing=tuple(name.replace("_", " ") for name in sealed["missing_facts"]),
        seal=check.seal, is_intact=checks.is_intact(check), hides=not shows_weight,
    )  # fmt: skip


def content_of(one: CheckView) -> Mapping[str, object]:
    """Return what the document says, as JSON can hold it."""
    state = "intact" if one.is_intact else "BROKEN: this is not what was signed"
    return {
        "heading": f"Clearance check {one.number}",
        "decision": one.decision.word,
        "about": [list(pair) for pair in one.about],
        "conditions": one.conditions,
        "cadence": one.cadence,
        "domains": [
            {"title": title, "rows": [_row(line) for line in lines]} for title, lines in one.domains
        ],
        "overrides": [list(pair) for pair in one.overrides],
        "triggers": list(one.triggers),
        "missing": list(one.missing),
        "seal": [["Seal (SHA-256)", f"{one.seal[:32]}\n{one.seal[32:]}"], ["State", state]],
    }


def _about(
    check: ClearanceCheck, reasons: Sequence[str], shows_weight: bool
) -> tuple[tuple[str, str], ...]:
    told = ", ".join(dict.fromkeys(reason_of_tier(one, shows_weight) for one in reasons))
    next_session = check.next_session_on
    return (
        ("Judged for", f"{PURPOSES[check.purpose]}, {formats.day(check.judged_for)}"),
        ("Outcome", KINDS[Verdict[check.outcome]][1]),
        ("Tier", f"{check.tier.value}: {told}"),
        ("Next session", formats.day(next_session) if next_session else "none planned"),
        ("Next check", formats.day(check.next_check_on) if check.next_check_on else "not said"),
        ("Rule set", f"{check.ruleset}, digest {check.sha256[:12]}"),
        ("Signed", f"{check.signed_name}, {formats.moment(check.signed_at, check.zone_name)}"),
    )


def _lines(name: str, found: Sequence[SealedFinding], shows_weight: bool) -> list[SignedLine]:
    asked = [one for one in found if _verdict(one) is not Verdict.NOT_APPLICABLE]
    ordered = sorted(asked, key=lambda one: -_verdict(one))
    return [
        _line(one, hides=not shows_weight and cells.is_size(name, one["variable"]))
        for one in ordered
    ]


def _worst_first(domain: tuple[str, Sequence[SealedFinding]]) -> int:
    return -max(map(_verdict, domain[1]))


def _line(one: SealedFinding, *, hides: bool) -> SignedLine:
    rule = max(one["rules"], key=lambda each: (Verdict[each["verdict"]], each["fires"]))
    verdict = Verdict[rule["verdict"]]
    trouble = TROUBLES.get(rule["reason"], rule["reason"])
    value = HIDDEN if hides and rule["value"] else rule["value"]
    says_limit = rule["fires"] and not hides and rule["limit"] not in {"true", "false"}
    return SignedLine(
        label=one["label"], mark=Mark(*KINDS[verdict]),
        value=", ".join(words for words in (value, trouble) if words),
        limit=rule["limit"] if says_limit else "",
        taken_on=_day(rule["taken_on"]), until=_day(rule["valid_until"]),
        rule=_rule(rule, hides=hides) if rule["fires"] else "",
    )  # fmt: skip


def _rule(rule: SealedRule, *, hides: bool) -> str:
    """Say which rule fired, after which source, and how sure its number is."""
    sure = Standing(rule["standing"]).words
    words = sure if hides or not rule["source"] else f"{rule['source']}; {sure}"
    return f"{rule['id']} ({rule['framework']}): {words}"


def _verdict(one: SealedFinding) -> Verdict:
    return max(Verdict[rule["verdict"]] for rule in one["rules"])


def _override(one: Mapping[str, str]) -> str:
    until = _day(one["until"])
    second = f", agreed by {one['second']}" if one["second"] else ""
    return (
        f"{one['by']}{second}, until {until}: {one['reason_kind']}. {one['reason']}"
        f" What will be different: {one['difference']}"
    )


def _row(line: SignedLine) -> list[str]:
    return [
        line.label, line.mark.word, line.value, line.limit, line.taken_on, line.until, line.rule
    ]  # fmt: skip


def _day(text: str) -> str:
    return formats.day(dt.date.fromisoformat(text)) if text else ""
