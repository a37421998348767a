"""A case over labelled data: how often each engine and precision is right, and what flipped."""
