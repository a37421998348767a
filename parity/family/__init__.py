"""Siblings of one model: each was made of the one before, and the first of the original.

``members`` says which there are, ``run`` holds each against the one before and the original.
"""
