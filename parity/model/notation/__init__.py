"""What an input takes, as a person writes it: ``x: float32[n,3,32k,32k] in [-1,1]``.

``parse`` reads it, ``printed`` writes it, ``applied`` puts it over what a graph shows.
docs/inputs.md has the table of what can be said.
"""
