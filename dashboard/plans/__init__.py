"""Treatment plans: versions that supersede each other, their goals, rules, holds and course."""
