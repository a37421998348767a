"""Which pass of ONNX Runtime's optimiser it is."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.least import least
from parity.diagnose.ladder.trial import told, trial
from parity.diagnose.ladder.yardstick import Yardstick
from parity.model.tensors import Feed
from parity.verify.request import Side

RULES: tuple[str, ...] = (
    "EliminateIdentity", "EliminateSlice", "UnsqueezeElimination", "EliminateDropout",
    "ExpandElimination", "CastElimination", "CastChainElimination", "PreShapeNodeElimination",
    "NoopElimination", "DivMulFusion", "FuseReluClip", "GemmSumFusion", "GemmTransposeFusion",
    "NotWhereFusion", "ConvAddFusion", "ConvMulFusion", "ConvBNFusion", "Pad_Fusion",
    "MatMul_BatchNormalization_Fusion", "LabelEncoderFusion", "ClipQuantRewrite",
    "ReluQuantRewrite",
)  # fmt: skip
"""What "Level1_RuleBasedTransformer" and "Level2_…" are made of, by the names that ONNX Runtime
knows them by: it tells of the whole only. From its 1.32; a name that a version doesn't know does
nothing there."""

Mends = Callable[[Sequence[str]], bool]

_RULED = "_RuleBasedTransformer"

_ROUNDS = 4
"""Passes that step in where another is left out (LayerNormFusionL2 for …L1): asked so often."""


def culprits(side: Side, feed: Feed, yard: Yardstick, clock: Clock) -> tuple[str, ...]:
    """The passes without which the candidate is right; none where that can't be told.

    side: in ONNX Runtime, on the CPU, with everything optimised.
    """
    tried: dict[tuple[str, ...], bool] = {}

    def mends(without: Sequence[str]) -> bool:
        key = tuple(sorted(without))
        if key not in tried:
            options = {**side.options, "without": ",".join(without)}
            outputs = trial(replace(side, options=options), feed, clock)
            tried[key] = not isinstance(outputs, str) and yard.judge(outputs).right
        return tried[key]

    # The latest first: an earlier one may only have brought the graph into the form that a later
    # one gets wrong, and leaving either out mends it.
    changing = _changing(side, feed, yard, clock)
    found = least(changing[::-1], mends)
    if found is None or not clock.left:
        return ()
    return _by_rule(found, mends)


def _changing(side: Side, feed: Feed, yard: Yardstick, clock: Clock) -> list[str]:
    """The passes that change the graph, and those that do once these are left out."""
    names: list[str] = []
    for _ in range(_ROUNDS):
        asked = replace(side, engine="passes", options={"without": ",".join(names)})
        info, outputs = told(asked, feed, clock)
        if names and not isinstance(outputs, str) and yard.judge(outputs).right:
            break
        passes = str(info.effective.get("passes", "")) if info is not None else ""
        new = [p for p in passes.split(",") if p and p not in names]
        names += new
        if not new:
            break
    return names


def _by_rule(found: tuple[str, ...], mends: Mends) -> tuple[str, ...]:
    """The rules of a transformer that is many, where one of them can be named."""
    for name in found:
        if not name.endswith(_RULED):
            continue
        others = [n for n in found if n != name]
        rules = least(RULES, _with(others, mends))
        if rules:
            found = (*others, *rules)
    return found


def _with(others: Sequence[str], mends: Mends) -> Mends:
    return lambda names: mends([*others, *names])
