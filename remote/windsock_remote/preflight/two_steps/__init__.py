"""The probe: the real trainer, two steps on the longest rows, to measure what was estimated."""
