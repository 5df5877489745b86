"""What two models make of the same answers, token by token: runs of kind `score`."""
