"""Inputs that hold no token ids: their sizes, and the floats and whole numbers in them."""
