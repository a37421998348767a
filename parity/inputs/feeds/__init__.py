"""Feeds that the user brings: read within limits, held against the inputs, and changed to search.

``load`` reads them, ``seeded`` makes a plan that runs them first and draws from what is near them.
"""

from parity.inputs.feeds.loading import load
from parity.inputs.feeds.own import Own
from parity.inputs.feeds.seeded import OWN, SeededPlan

__all__ = ["OWN", "Own", "SeededPlan", "load"]
