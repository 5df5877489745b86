"""What a preflight says of the host: memory, disk, versions, cadence of saving, and trust."""
