"""What a model costs, for people and programs."""
