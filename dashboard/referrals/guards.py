"""Rules the database keeps about referrals: words stay, acceptance is final, removal is for few."""

from __future__ import annotations

from dashboard.guards import Guard

_MAY_GO = (
    "EXISTS (SELECT 1 FROM referral WHERE id = OLD.referral_id AND state IN ('declined', 'spam'))"
)

GUARDS = (
    Guard(
        name="referral_is_kept",
        table="referral",
        message="only a referral that was declined, or is spam, is ever removed",
        on=("DELETE",),
        when="OLD.state NOT IN ('declined', 'spam')",
        insert_when="EXISTS (SELECT 1 FROM referral WHERE id = NEW.id OR ref = NEW.ref)",
    ),
    Guard(
        name="accepted_referral_is_final",
        table="referral",
        message="an accepted referral belongs to its patient and never changes",
        on=("UPDATE",),
        when=(
            "OLD.state = 'accepted' OR NEW.id IS DISTINCT FROM OLD.id"
            " OR NEW.received_at IS DISTINCT FROM OLD.received_at OR NEW.times < OLD.times"
        ),
    ),
    Guard(
        name="free_assessment_never_changes",
        table="free_assessment",
        message="what somebody wrote to the practice never changes",
        on=("UPDATE",),
        insert_when="EXISTS (SELECT 1 FROM free_assessment WHERE id = NEW.id)",
    ),
    Guard(
        name="free_assessment_is_kept",
        table="free_assessment",
        message="what somebody wrote goes only with a referral that was declined, or is spam",
        on=("DELETE",),
        when=f"NOT {_MAY_GO}",
    ),
)
