"""What stands between a patient and an open gate, one by one."""

from __future__ import annotations

from typing import NamedTuple

from dashboard.clearance.cells import TROUBLES
from dashboard.clearance.gate import Gate
from dashboard.clearance.standing import named


class Lack(NamedTuple):
    """One thing in words; `name` is that of its finding or fact, "" where it is something else."""

    name: str
    words: str


def lacking(found: Gate) -> tuple[Lack, ...]:
    """Return what stands in the way of an open gate; nothing when it is open."""
    standing = found.standing
    said = [Lack("", one.words) for one in standing.triggers]
    for need in standing.judged.needs:
        if need.verdict.blocks:
            what = TROUBLES[need.reason] if need.reason else need.what.value
            said.append(Lack(need.name, f"{named(need)}: {what}"))
    said += [Lack("", f"Caution {one.rule.id} waits for a decision")
             for one in standing.open_cautions]  # fmt: skip
    if not said and not found.is_open:
        said.append(Lack("", found.because))
    return tuple(dict.fromkeys(said))
