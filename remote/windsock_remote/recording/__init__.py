"""What a trainer does, step by step, as lines of the run folder."""
