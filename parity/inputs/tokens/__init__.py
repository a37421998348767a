"""Rows of token ids: which input is what, how rows are drawn, how they become a feed."""
