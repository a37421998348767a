"""The fixed feeds that come before everything drawn: of ids, of texts, of other tensors."""
