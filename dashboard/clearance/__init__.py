"""Medical clearance: findings, checks and the gate."""
