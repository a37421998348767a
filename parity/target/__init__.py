"""What a user names, resolved once: a file, a folder, a prefix, zoo:NAME, a server or a case.

``model`` tells which it is, a closed set with one file each; every kind says which of its models is
the reference, the candidate, or what to export. ``pair`` makes the two sides of a check of it,
``several`` tells a folder of models and a pattern from a single one, ``case`` finds cases.
"""

from parity.target.case import ROOT, case_at, find_case, is_case
from parity.target.kinds import Model, model
from parity.target.many import Several, holds, several
from parity.target.pairs import OPSET, Pair, pair
from parity.target.served import Served, is_served, served

__all__ = [
    "OPSET",
    "ROOT",
    "Model",
    "Pair",
    "Served",
    "Several",
    "case_at",
    "find_case",
    "holds",
    "is_case",
    "is_served",
    "model",
    "pair",
    "served",
    "several",
]
