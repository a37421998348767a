"""Recordings under review: what changed, by groups, and what a person decides about it.

``changes`` says what, ``decide`` writes it down, ``sitting`` asks at a terminal, ``page`` is to be
read in a browser.
"""
