"""`preflight`: finds what is wrong with a run before it costs anything, in the code that trains.

`structure/` looks at the rows with the standard library alone and speaks first. `tokens/` runs in
the run's environment and looks at what TRL makes of each row.
"""
