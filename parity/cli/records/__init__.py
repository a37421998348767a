"""Commands on what gates wrote: put together, sign, verify, look back."""
