"""The cohort: what became of all patients whom a physician treats, told with n and intervals."""
