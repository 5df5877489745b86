"""Runs of one host that wait for its GPUs, each in its own supervisor."""
