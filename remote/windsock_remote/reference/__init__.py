"""Log-probabilities of a reference model, kept per pair between runs."""
