"""What can be said of rows without a tokenizer. Standard library only."""
