"""What the trainer sees of single examples, for an editor or a command line.

`command` finds the environment with the standard library alone and goes on in it as `serve`.
"""
