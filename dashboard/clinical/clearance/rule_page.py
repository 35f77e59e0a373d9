"""The printed page of a rule set, for a physician to read, correct and sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from dashboard.clinical.clearance.kinds import Entry, Kind
from dashboard.clinical.clearance.populations import EVERYBODY, TITLES, for_whom
from dashboard.clinical.clearance.rules import Rule, RuleSet
from dashboard.clinical.clearance.verdicts import Scope, Standing, Tier

HEAD = """\
# Clinical rules, version {version}

Printed from the rule files by `flask --app wsgi clearance rules`: edit the files, not this page.

| | |
|---|---|
| version | {version} (replaces {replaces}), composed on {composed_on} |
| digest | `{sha256}` |
| author | {author} |
| rules | {rules}: {stops} STOP, {cautions} CAUTION, over {variables} findings |
| signed by | ____________________________ (name, licence) |
| on | ____________________________ |

Nothing gates a patient until a physician of the practice has signed this version.

**How to read it.** One row, one limit, one verdict; the worst verdict gates, all are kept. Order:
CLEAR < CAUTION < UNKNOWN < STOP. UNKNOWN (missing, stale, future-dated, unit in question) and STOP
block. A STOP has no override: *absolute* is cleared only by a corrected or ended fact, *clinical*
only by a new value, *policy* only by a new signed version. CAUTION needs the prescriber's reason.
Two frameworks with different limits are two rows: the stricter gates, both are shown.

**How sure we are.** {standings}
"""
VALIDITY = """\
## How long findings stay valid

Calendar days from collection to the date judged for. Every number is practice policy.

| finding | T0 | T1 | T2, T3 | shortened to, or ended by |
|---|---|---|---|---|
"""
ENTRY = """\
## Entry: units and plausible values

Inside "accepted" a value is taken; inside "possible" it is questioned and never judged better than
as typed; outside it is refused. Nothing is converted silently.

| finding | unit | accepted | possible |
|---|---|---|---|
"""
INTERVALS = """\
## Intervals that stand in for a laboratory's own

Used only where a result came without its interval. Ages in completed years.

| analyte | sex | ages | interval | how sure |
|---|---|---|---|---|
"""


def page(rules: RuleSet) -> str:
    """Return the whole page as Markdown."""
    parts = [_head(rules), *(_domain(rules, name) for name in rules.domains)]
    parts += [
        VALIDITY + "\n".join(_validities(rules)) + "\n",
        ENTRY + "\n".join(_entries(rules.kinds.values())) + "\n",
        INTERVALS + "\n".join(_intervals(rules)) + "\n",
        "## Sources\n\n" + "\n".join(_sources(rules)) + "\n",
    ]
    return "\n".join(parts)


def _head(rules: RuleSet) -> str:
    stops = sum(rule.is_hard for rule in rules.rules)
    counts = {s: sum(rule.standing is s for rule in rules.rules) for s in Standing}
    standings = "; ".join(f"*{s.value}*: {s.words} ({counts[s]} rules)" for s in Standing)
    return HEAD.format(
        version=rules.version,
        replaces=rules.replaces,
        composed_on=rules.composed_on,
        sha256=rules.sha256,
        author=rules.author,
        rules=len(rules.rules),
        stops=stops,
        cautions=len(rules.rules) - stops,
        variables=len(rules.by_variable),
        standings=standings,
    )


def _domain(rules: RuleSet, name: str) -> str:
    lines = [
        f"## {TITLES[name]}\n",
        "| rule | finding | limit | verdict | for whom | asked for | framework, source | how sure |"
        " note |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(rule, rules.kinds[rule.variable]) for rule in rules.rules if rule.domain == name]
    return "\n".join(lines) + "\n"


def _row(rule: Rule, kind: Kind) -> str:
    cells = (
        rule.id, f"{kind.label} (`{rule.variable}`)", rule.words, rule.verdict.name,
        for_whom(rule.population), _asked(rule), f"{rule.framework.value}: {rule.source}",
        rule.standing.value, rule.note,
    )  # fmt: skip
    return _line(cells)


def _asked(rule: Rule) -> str:
    scope = {Scope.BOTH: "every purpose"}.get(rule.scope, rule.scope.value)
    if rule.required.value == "no":
        return f"{scope}; judged when there"
    when = "" if rule.required.value in {"both", rule.scope.value} else f" for {rule.required}"
    is_always = rule.required_if.text == EVERYBODY
    condition = "" if is_always else f" if {for_whom(rule.required_if)}"
    return f"{scope}; required{when}{condition}"


def _validities(rules: RuleSet) -> Iterator[str]:
    for validity in rules.validities.values():
        days = (validity.days[tier] for tier in (Tier.T0, Tier.T1, Tier.T2))
        yield _line(
            (validity.kind, *("–" if d is None else str(d) for d in days), validity.shortened)
        )


def _entries(kinds: Iterable[Kind]) -> Iterator[str]:
    for kind in kinds:
        for entry in kind.entries:
            if entry.accepted and entry.outer:
                yield _line((kind.label, entry.unit, *_ranges(entry)))


def _ranges(entry: Entry) -> tuple[str, str]:
    accepted, outer = entry.accepted or (), entry.outer or ()
    return " to ".join(map(_short, accepted)), " to ".join(map(_short, outer))


def _intervals(rules: RuleSet) -> Iterator[str]:
    for known in rules.intervals:
        to = "" if known.age_below is None else f" to {known.age_below - 1}"
        ages = f"from {known.age_from}{to}"
        ends = [_short(end) if end is not None else "–" for end in (known.low, known.high)]
        yield _line(
            (known.analyte, known.sex or "both", ages, f"{' to '.join(ends)} {known.unit}",
             known.standing.value)
        )  # fmt: skip


def _sources(rules: RuleSet) -> Iterator[str]:
    for source, standing in rules.sources:
        ids = [r.id for r in rules.rules if (r.source, r.standing) == (source, standing)]
        yield f"- {source} ({standing.value}): {', '.join(ids)}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _short(value: Fraction) -> str:
    return f"{float(value):.6g}"
