"""What follows on a checkpoint: answers to a prompt set, and evaluations by commands.

The supervisor starts each as a child once a checkpoint is complete, one at a time: after the
training, or beside it on GPUs of its own. What it leaves lies in `evaluations/<step>/<name>/` of
the run, its record last, so what was done is not done again by a later attempt.
"""
