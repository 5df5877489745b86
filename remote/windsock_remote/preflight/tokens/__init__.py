"""What TRL makes of each row: rendered, tokenised, masked and cut, in several processes."""
