"""Commands that study an exporter, a gate or a tokenizer, one a file."""
