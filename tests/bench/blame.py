"""Plant faults into healthy exports and see which op is blamed: ``python blame.py [MODEL ...]``.

One fault a graph, drawn by ``--seed``: an op replaced or left out, inputs swapped or taken from
elsewhere, a constant changed, an attribute changed. A fault that moves no output by more than
1e-4 of its magnitude isn't counted, nor is one that ONNX Runtime refuses to load. Also what the
healthy graphs come to: the op that is furthest off for its rounding.

Prints a line a miss and a row a model; misses are misses.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

from parity.diagnose.inner.align import by_name
from parity.diagnose.inner.blame import FAR, Blame, blame
from parity.diagnose.inner.force import judge, tapped
from parity.diagnose.inner.taps import Tap
from parity.model.artifact import Artifact, resolve
from parity.model.formats.read import graph_of
from parity.model.parts.onnx_cut import Graph
from parity.model.tensors import Feed
from parity.verify.reference import cores
from parity.workers.worker import Worker
from parity.zoo import build

MODELS = ("ernie-tiny-ner", "lac", "mobilenet-v3-small", "ernie-3.0-nano", "minilm")

Plant = Callable[[onnx.GraphProto, onnx.NodeProto, random.Random], bool]

_OTHER = {
    "Add": "Sub", "Sub": "Add", "Mul": "Add", "Div": "Mul", "Relu": "Abs", "Tanh": "Sigmoid",
    "Sigmoid": "Tanh", "Erf": "Tanh", "Sqrt": "Abs", "ReduceMean": "ReduceMax", "Max": "Min",
    "Min": "Max", "Exp": "Abs", "GlobalAveragePool": "GlobalMaxPool", "Gather": "", "Softmax": "",
    "HardSigmoid": "Sigmoid", "Clip": "Identity",
}  # fmt: skip


def other_op(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    other = _OTHER.get(node.op_type)
    if not other:
        return False
    node.op_type = other
    if other in ("Identity",):
        del node.input[1:]
    del draw
    if other in ("Sigmoid", "Tanh", "Abs", "Identity"):
        del node.attribute[:]
    return True


def left_out(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    if node.op_type not in (
        "Tanh",
        "Relu",
        "Softmax",
        "Sigmoid",
        "Erf",
        "Sqrt",
        "Add",
        "Mul",
        "Div",
    ):
        return False
    node.op_type = "Identity"
    del node.input[1:], node.attribute[:]
    return True


def swapped(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    if node.op_type not in ("Sub", "Div", "Pow", "MatMul") or len(node.input) != 2:
        return False
    node.input[:] = [node.input[1], node.input[0]]
    return True


def rewired(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    """Reads what another node of its kind reads."""
    before = [n for n in graph.node[: list(graph.node).index(node)] if n.op_type == node.op_type]
    if node.op_type not in ("Add", "Mul", "MatMul", "Conv", "Sub") or not before:
        return False
    source = draw.choice(before).input[0]
    if source == node.input[0] or source in {
        o for n in graph.node if n.op_type == "Constant" for o in n.output
    }:
        return False
    node.input[0] = source
    return True


def constant(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    """A small float constant that it reads, changed for it alone."""
    made = {n.output[0]: n.attribute[0].t for n in graph.node
            if n.op_type == "Constant" and n.attribute[0].HasField("t")}  # fmt: skip
    made |= {t.name: t for t in graph.initializer}
    small = [i for i, n in enumerate(node.input) if n in made and made[n].data_type == 1
             and np.prod(made[n].dims) <= 4]  # fmt: skip
    if not small:
        return False
    at = draw.choice(small)
    values = numpy_helper.to_array(made[node.input[at]])
    changed = np.asarray(
        values * draw.choice([0.5, 1.1, -1]) + (0 if values.any() else 0.25), np.float32
    )
    name = f"planted.{node.input[at]}"
    graph.initializer.append(numpy_helper.from_array(changed.reshape(values.shape), name))
    node.input[at] = name
    return True


_ATTRIBUTES: dict[str, Callable[[Any, random.Random], Any]] = {
    "axis": lambda v, d: d.choice([v - 1, v + 1, 0]),
    "alpha": lambda v, d: v * d.choice([0.5, 2.0]),
    "beta": lambda v, d: v * 2 + 0.25,
    "epsilon": lambda v, d: d.choice([1e-2, v * 1000]),
    "perm": lambda v, d: d.sample(list(v), len(v)),
    "axes": lambda v, d: [a - 1 for a in v],
    "pads": lambda v, d: [*reversed(v)] if list(v) != [*reversed(v)] else [0 for _ in v],
    "direction": lambda v, d: "reverse",
    "group": lambda v, d: 1,
    "transB": lambda v, d: 1 - v,
    "linear_before_reset": lambda v, d: 1 - v,
}


def attribute(graph: onnx.GraphProto, node: onnx.NodeProto, draw: random.Random) -> bool:
    known = [a for a in node.attribute if a.name in _ATTRIBUTES]
    if not known:
        return False
    chosen = draw.choice(known)
    was = onnx.helper.get_attribute_value(chosen)
    was = was.decode() if isinstance(was, bytes) else was
    now = _ATTRIBUTES[chosen.name](was, draw)
    if now == was or list(np.ravel(now)) == list(np.ravel(was)):
        return False
    chosen.CopyFrom(onnx.helper.make_attribute(chosen.name, now))
    return True


PLANTS: dict[str, Plant] = {
    "other op": other_op, "left out": left_out, "swapped": swapped, "rewired": rewired,
    "constant": constant, "attribute": attribute,
}  # fmt: skip


def feed_of(model: Artifact, draw: random.Random) -> Feed:
    """Three rows of 13, the last two with padding where the model knows lengths."""
    rng = np.random.default_rng(draw.randrange(2**32))
    feed: dict[str, Any] = {}
    for spec in graph_of(model.program).inputs:
        if spec.dtype.startswith("float"):
            shape = [
                a if isinstance(a, int) and a > 0 else (2 if i == 0 else 64)
                for i, a in enumerate(spec.shape)
            ]
            feed[spec.name] = rng.standard_normal(shape).astype(spec.dtype)
        elif "length" in spec.name:
            feed[spec.name] = np.full(3, 13)
        elif "mask" in spec.name:
            feed[spec.name] = np.ones((3, 13), np.int64)
        else:
            feed[spec.name] = rng.integers(1, 2 if "type" in spec.name else 500, (3, 13))
    return feed


def outputs(path: Path, feed: Feed) -> list[Any] | None:
    """What ONNX Runtime makes of it; None where it refuses."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(str(path), options)
        return list(session.run(None, {i.name: feed[i.name] for i in session.get_inputs()}))
    except Exception:
        return None


def differ(one: list[Any], other: list[Any]) -> bool:
    for a, b in zip(one, other, strict=True):
        if a.shape != b.shape or np.isnan(b).any() != np.isnan(a).any():
            return True
        if np.abs(a - b).max() > 1e-4 * np.abs(a).max():
            return True
    return False


def faults(
    path: Path, count: int, draw: random.Random
) -> Iterator[tuple[str, str, onnx.ModelProto]]:
    """Kind, name of the node, the model."""
    kinds = list(PLANTS)
    for nth in range(count * 30):
        model = onnx.load(path)
        for at, node in enumerate(model.graph.node):
            node.name = node.name or f"{node.op_type}.nameless.{at}"
        nodes = [n for n in model.graph.node if n.op_type not in ("Constant", "Identity")]
        node = draw.choice(nodes)
        kind = kinds[nth % len(kinds)]
        if PLANTS[kind](model.graph, node, draw):
            yield kind, node.name, model


def judged(
    reference: Artifact, file: Path, found: tuple[Tap, ...], feed: Feed, folder: Path
) -> Blame:
    until = time.monotonic() + 120
    with Worker("forced", resolve(file), {"folder": str(folder), "threads": cores()}) as worker:
        graph = Graph(file)
        alignment = by_name(found, graph, {})
        return blame(judge(worker, graph, reference, found, feed, alignment, until=until))


def bench(name: str, count: int, draw: random.Random, root: Path) -> Counter[str]:
    home = build(name)
    reference, healthy = resolve(home, want="paddle"), home / "model.onnx"
    feed = feed_of(reference, draw)
    folder = root / name
    folder.mkdir()
    found = tapped(reference, feed, folder, time.monotonic() + 120)
    tally: Counter[str] = Counter()
    clean = judged(reference, healthy, found, feed, folder)
    worst = clean.worst[0].ratio if clean.worst else 0.0
    print(f"{name}: healthy, worst {worst:.1f} of {FAR:g}; {clean.sentence}", flush=True)
    tally["alarms"] += bool(clean.culprits)
    expected = outputs(healthy, feed)
    assert expected is not None
    for kind, node, model in faults(healthy, count, draw):
        file = root / "planted.onnx"
        onnx.save(model, file)
        actual = outputs(file, feed)
        if actual is None or not differ(expected, actual):
            tally["not counted"] += 1
            continue
        told = judged(reference, file, found, feed, folder)
        first = told.culprits[0].stretch.nodes if told.culprits and told.culprits[0].stretch else ()
        hit = node in first
        alone = all(c.stretch is None or node in c.stretch.nodes for c in told.culprits)
        tally["hit" if hit else "miss"] += 1
        tally["alone"] += hit and alone
        tally[f"{kind} {'hit' if hit else 'miss'}"] += 1
        if not hit or not alone:
            print(f"  {'not alone' if hit else 'MISS'} {kind} {node}: {told.sentence}", flush=True)
        if tally["hit"] + tally["miss"] >= count:
            break
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=MODELS)
    parser.add_argument("--count", type=int, default=24, help="faults a model")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as root:
        for name in given.models:
            draw = random.Random(f"{given.seed} {name}")  # noqa: S311  nothing secret
            tally = bench(name, given.count, draw, Path(root))
            print(name, dict(tally), flush=True)
            total += tally
    print("all", dict(total))


if __name__ == "__main__":
    main()
