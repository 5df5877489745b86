"""What a look at a host tells about its disks, its accounts and its scheduler."""
