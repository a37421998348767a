"""What is kept of differences so that they can be drawn: small, whatever the outputs' size."""
