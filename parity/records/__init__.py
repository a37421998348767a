"""What gates wrote, read again: whole, of parity, and undamaged, or with the reason why not."""
