"""Answers through vLLM, where the host has it: one server for a base and all its adapters."""
