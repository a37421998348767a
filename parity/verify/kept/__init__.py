"""What a search keeps of the feeds that it ran, and what a run leaves to the next."""
