"""What a report says beside the verdict: where, on which files, how long."""
