"""What the engine costs, against the limit of the machine and against other readers. See README.md."""
