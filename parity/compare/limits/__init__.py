"""What goes beyond the limits that a case states."""
