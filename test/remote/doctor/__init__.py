"""Makes the labelled logs of test/fixtures/doctor: real tiny trainings, well or with a fault."""
