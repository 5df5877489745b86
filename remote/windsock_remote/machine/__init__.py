"""What the machine does while it trains: figures of its GPUs and of the host itself."""
