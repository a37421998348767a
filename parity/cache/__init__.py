"""What lies in the cache by kind, and how it goes again: what parity made, and nothing else.

``kinds.py`` knows parity's own, ``look.py`` counts it, ``clear.py`` removes it.
"""
