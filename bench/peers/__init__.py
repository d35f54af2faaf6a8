"""Other readers of the same files: how they are installed and what they are asked to do."""
