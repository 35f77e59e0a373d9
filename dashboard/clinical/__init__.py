"""Clinical truth: instruments, change and diagnoses, in the standard library only."""
