"""How large feeds get, and how many lengths and ids a run can afford by the size of the model."""

import math
from collections.abc import Sequence
from dataclasses import replace

from parity.inputs import DEFAULT_LENGTH, Limits, index_of
from parity.model.artifact import Artifact
from parity.model.formats.read import graph_of
from parity.model.numbers import cuts
from parity.model.spec import Signature, TokenIds
from parity.verify.request import Request

WHOLE = 100e9
"""Operations for which the whole vocabulary is fed: LAC's 58,224 words take 60e9, which are five
seconds of its GRUs; those of a tiny ERNIE 4e9, a third of a second; ERNIE nano's 375e9 do not."""

SHARE = 4e9
"""Operations for a share of a vocabulary that is too large for that: a twentieth of a second."""

WALK = 26e9
"""Operations for lengths between the boundaries: all that a tiny ERNIE is given of each gap, two
thirds of a second; one of each for ERNIE nano and anything larger."""

MOST_OF_A_GAP = 17
"""Lengths of each gap in a run at most: five runs of seeds in a row then walk all lengths to 512,
the largest gap being 85 long."""

FARTHEST = 2048
"""Length up to which one is fed for a number that the candidate's graph has and the reference's
hasn't, where nobody says how long rows get: frames of a sound, entries of a table of positions."""

_LEAST = 64
_FEWEST = 100_000  # weights: below that starting a feed takes longer than running it
_ROUND = 1658  # tokens of one length of each gap up to 512


def limits(request: Request, inferred: Signature) -> Limits:
    """The bounds of the feeds for a request. Raises ModelError."""
    reference, candidate = request.reference.model, request.candidate.model
    own = cuts(reference, candidate, request.max_length or FARTHEST)
    beyond = max((n for n in own if n > DEFAULT_LENGTH), default=None)
    found = Limits(
        max_length=request.max_length or beyond,
        turn=request.effort.seed,
        every_length=request.effort.every_length,
        each_gap=lengths_of_each_gap(reference),
        vocabulary_tokens=vocabulary_tokens(reference, inferred),
        indices=_walked(reference, [i.span for s in inferred.inputs if (i := index_of(s))]),
        least=inferred.least,
        stride=inferred.stride,
        lengths=own,
    )
    if request.max_batch is not None:
        found = replace(found, max_batch=request.max_batch)
    return found


def vocabulary_tokens(reference: Artifact, signature: Signature) -> int:
    """The ids that may be fed for the sake of the vocabulary alone. Raises ModelError."""
    sizes = [s.domain.vocabulary for s in signature.inputs if isinstance(s.domain, TokenIds)]
    return _walked(reference, sizes)


def _walked(reference: Artifact, sizes: Sequence[int]) -> int:
    per_token = _per_token(reference)
    whole = max(sizes, default=0)
    return whole if whole * per_token <= WHOLE else max(_LEAST, int(SHARE / per_token))


def lengths_of_each_gap(reference: Artifact) -> int:
    """How many lengths between two boundaries may be fed in a run. Raises ModelError."""
    return max(1, min(MOST_OF_A_GAP, int(WALK / _per_token(reference) / _ROUND)))


def _per_token(reference: Artifact) -> float:
    """Operations for one token: two for each weight that isn't looked up."""
    graph = graph_of(reference.program)
    tables = {node.inputs[0] for node in graph.nodes if node.op == "gather"}
    weights = sum(
        math.prod(parameter.shape)
        for name, parameter in graph.parameters.items()
        if name not in tables
    )
    return 2.0 * max(_FEWEST, weights)
