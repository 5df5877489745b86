"""Runs as jobs of Slurm: submitted once, watched by few questions, stopped and begun again.

The run folder stays the truth. A job is `attempts/<n>/job.json`, n being the attempt that it was
submitted for; whoever creates that name first, the submitter or the job itself, decides which job
the run has, so that a job submitted twice trains once.
"""
