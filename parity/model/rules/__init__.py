"""What the structure of a graph says of its inputs, one rule a file."""
