"""One op of a reference as a program of a few lines, for the report of an exporter's fault.

``builders`` is data: how Paddle's own API makes each op. ``script`` fills in the rest.
"""
