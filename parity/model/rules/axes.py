"""Follow the open axes of inputs through a graph: which must agree, and how long each must be.

Only what is certain is followed: an op that isn't known here makes a tensor of unknown shape, of
which nothing is said. Engines don't help: a convolution of Paddle's that is larger than what it is
laid over reads beside it, or dies.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

from parity.model.graph import Graph, Node
from parity.model.rules.scalar import COMPARES

Origin = tuple[str, int]
"""An input's name, and one of its axes."""


@dataclass(frozen=True)
class Dim:
    """An axis that comes from an open one, through windows of (reach, stride)."""

    origin: Origin
    windows: tuple[tuple[int, int], ...] = ()


Axis = Dim | int | None
Axes = tuple[Axis, ...]

_SAME = frozenset(
    (
        *("relu", "relu6", "sigmoid", "tanh", "gelu", "silu", "swish", "hardswish", "hard_swish"),
        *("hardsigmoid", "hard_sigmoid", "leaky_relu", "elu", "softplus", "exp", "abs", "sqrt"),
        *("scale", "cast", "identity", "softmax", "layer_norm", "batch_norm", "batch_norm_"),
        *("clip", "prelu", "square", "instance_norm", "group_norm", "log", "rsqrt", "mish"),
        *("Relu", "Sigmoid", "Tanh", "Gelu", "LeakyRelu", "HardSwish", "HardSigmoid", "Elu"),
        *("BatchNormalization", "LayerNormalization", "Exp", "Abs", "Sqrt", "PRelu", "Softplus"),
    )
)
_PAIRS = COMPARES | {"add", "sub", "mul", "div", "pow", "maximum", "minimum", "and", "or"}
_CONVOLUTIONS = frozenset(("conv2d", "depthwise_conv2d", "Conv"))


@dataclass
class Followed:
    """What was seen.

    least: by open axis what windows need. stride: how many of its entries the strides of all
    windows make one of. agree: pairs that must be as large. shapes: of tensors, as far as known.
    """

    least: dict[Origin, int] = field(default_factory=dict)
    stride: dict[Origin, int] = field(default_factory=dict)
    agree: list[tuple[Origin, Origin]] = field(default_factory=list)
    shapes: dict[str, Axes] = field(default_factory=dict)


def follow(graph: Graph) -> Followed:
    """Walk the graph once."""
    walk = _Walk(graph)
    for node in (*graph.nodes, *graph.inner):
        made = walk.shape(node)
        if made is not None and node.outputs:
            walk.shapes[node.outputs[0]] = made
    walk.found.shapes = walk.shapes
    return walk.found


class _Walk:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.found = Followed()
        self.parts: dict[str, tuple[str, ...]] = {}
        self.shapes: dict[str, Axes] = {
            spec.name: tuple(
                Dim((spec.name, i)) if isinstance(size, str) or size < 0 else size
                for i, size in enumerate(spec.shape)
            )
            for spec in graph.inputs
        }
        self.shapes |= {name: tuple(p.shape) for name, p in graph.parameters.items()}
        self.shapes |= {name: tuple(c.shape) for name, c in graph.constants.items()}

    def shape(self, node: Node) -> Axes | None:
        """The axes of a node's first output; None where they aren't known."""
        if node.op == "combine":
            self.parts[node.outputs[0]] = node.inputs
            return None
        if node.op == "rnn":
            self._states(node)
            return None
        known = [self.shapes.get(name) for name in node.inputs]
        first = known[0] if known else None
        if first is None and node.op not in ("concat", "Concat"):
            return None
        return self._made(node, first or (), known)

    def _made(self, node: Node, first: Axes, known: Sequence[Axes | None]) -> Axes | None:
        second = known[1] if len(known) > 1 else None
        if node.op in _SAME:
            return first
        if node.op in _PAIRS:
            return None if second is None else self._joined(first, second)
        if node.op == "matmul":
            return None if second is None else self._product(node, first, second)
        if node.op == "gather":
            return None if second is None else self._looked_up(node, first, second)
        if node.op == "where":
            third = known[2] if len(known) > 2 else None
            sides = None if second is None or third is None else self._joined(second, third)
            return None if sides is None else self._joined(first, sides)
        if node.op in _CONVOLUTIONS:
            return None if second is None else self._windowed(node, first, second)
        return self._moved(node, first)

    def _moved(self, node: Node, first: Axes) -> Axes | None:
        """Of ops that move what is there."""
        if node.op in ("concat", "Concat"):
            return self._concat(node)
        if node.op == "transpose":
            order = _ints(node, "perm") or _ints(node, "axis")
            return tuple(first[i] for i in order) if len(order) == len(first) else None
        if node.op == "unsqueeze":
            return self._unsqueezed(node, first)
        if node.op == "squeeze":
            return self._squeezed(node, first)
        if node.op == "reshape":
            return self._reshaped(node, first)
        return None

    def _joined(self, left: Axes, right: Axes) -> Axes:
        size = max(len(left), len(right))
        pairs = zip(_padded(left, size), _padded(right, size), strict=True)
        return tuple(self._one(a, b) for a, b in pairs)

    def _one(self, left: Axis, right: Axis) -> Axis:
        if isinstance(left, Dim) and isinstance(right, Dim):
            if left.windows == right.windows and left.origin != right.origin:
                self.found.agree.append((left.origin, right.origin))
            return left
        if isinstance(left, Dim) or isinstance(right, Dim):
            dim, other = (left, right) if isinstance(left, Dim) else (right, left)
            return dim if other == 1 else None
        return None if left is None or right is None else max(left, right)

    def _product(self, node: Node, left: Axes, right: Axes) -> Axes | None:
        if len(left) < 2 or len(right) < 2:
            return None
        turn = any(node.attributes.get(k) for k in ("transpose_y", "trans_y"))
        if any(node.attributes.get(k) for k in ("transpose_x", "trans_x", "transA", "transB")):
            return None
        inner, outer = (right[-1], right[-2]) if turn else (right[-2], right[-1])
        self._one(left[-1], inner)
        lead = left[:-2] if len(right) == 2 else self._joined(left[:-2], right[:-2])
        return (*lead, left[-2], outer)

    def _looked_up(self, node: Node, table: Axes, ids: Axes) -> Axes | None:
        """The rows of a table in place of what names them."""
        axis = node.attributes.get("axis", 0)
        return (*ids, *table[1:]) if table and axis in (0, None) else None

    def _windowed(self, node: Node, first: Axes, weight: Axes) -> Axes | None:
        if node.attributes.get("data_format") not in (None, "NCHW", "AnyLayout"):
            return None
        spatial = len(first) - 2
        kernel = [k for k in weight[2:] if isinstance(k, int)]
        strides = _ints(node, "strides") or [1] * spatial
        dilations = _ints(node, "dilations") or [1] * spatial
        pads = _ints(node, "paddings") or _ints(node, "pads") or [0] * spatial
        explicit = node.attributes.get("padding_algorithm") in (None, "", "EXPLICIT")
        if not explicit or not len(kernel) == len(strides) == len(dilations) == spatial:
            return None
        if len(pads) == 2 * spatial:
            # Paddle has the two of each side together, ONNX all begins first.
            half = pads[spatial:] if node.op == "Conv" else pads[1::2]
            begins = pads[:spatial] if node.op == "Conv" else pads[::2]
            both = [a + b for a, b in zip(begins, half, strict=True)]
        else:
            both = [2 * p for p in pads]
        made = []
        for axis, k, s, d, p in zip(first[2:], kernel, strides, dilations, both, strict=True):
            made.append(self._window(axis, (k - 1) * d + 1 - p, s))
        return (first[0], weight[0], *made)

    def _window(self, axis: Axis, reach: int, stride: int) -> Axis:
        if isinstance(axis, int):  # as the height of a row that is laid out as a picture
            return (axis - reach) // stride + 1 if axis >= reach else None
        if axis is None:
            return None
        need = max(1, reach)
        for before, step in reversed(axis.windows):
            need = (need - 1) * step + before
        known = self.found.least.get(axis.origin, 1)
        self.found.least[axis.origin] = max(known, need)
        together = stride * prod(step for _, step in axis.windows)
        self.found.stride[axis.origin] = max(together, self.found.stride.get(axis.origin, 1))
        if (reach, stride) == (1, 1):
            return axis
        return Dim(axis.origin, (*axis.windows, (reach, stride)))

    def _concat(self, node: Node) -> Axes | None:
        names = self.parts.get(node.inputs[0], node.inputs)
        known = [self.shapes.get(name) for name in names]
        given = self.graph.scalar(node.inputs[-1]) if node.op == "concat" else None
        axis = node.attributes.get("axis", given)
        if not isinstance(axis, int | float) or not known or known[0] is None:
            return None
        rank = len(known[0])
        at = int(axis) % rank
        made = known[0]
        for other in known[1:]:
            if other is None or len(other) != rank:
                return None
            made = self._joined(
                (*made[:at], None, *made[at + 1 :]), (*other[:at], None, *other[at + 1 :])
            )
        return (*made[:at], None, *made[at + 1 :])

    def _unsqueezed(self, node: Node, first: Axes) -> Axes | None:
        at = self._axes_of(node)
        made: list[Axis] = list(first)
        for axis in sorted(i % (len(first) + len(at)) for i in at):
            made.insert(axis, 1)
        return tuple(made) if at else None

    def _squeezed(self, node: Node, first: Axes) -> Axes | None:
        at = self._axes_of(node)
        gone = {i % len(first) for i in at} if first else set()
        if not gone or any(first[i] != 1 for i in gone):
            return None
        return tuple(axis for i, axis in enumerate(first) if i not in gone)

    def _axes_of(self, node: Node) -> list[int]:
        """Which axes a node adds or takes away; none where that is computed."""
        if len(node.inputs) < 2:
            return _ints(node, "axes")
        return self._told(node.inputs[1])

    def _told(self, name: str) -> list[int]:
        """Whole numbers that the graph holds as a tensor, however it does; none if it doesn't."""
        maker = self.graph.producers.get(name)
        while maker is not None and maker.op in ("identity", "cast"):
            name = maker.inputs[0]
            maker = self.graph.producers.get(name)
        if maker is not None and maker.op == "full":
            return _ints(maker, "value")
        stored = self.graph.constants.get(name)
        return [] if stored is None else [int(i) for i in stored.reshape(-1)]

    def _reshaped(self, node: Node, first: Axes) -> Axes | None:
        """Of what is stored: a bias laid out for a convolution. Others may mix axes."""
        told = self._told(node.inputs[1]) if len(node.inputs) > 1 else []
        to = told or _ints(node, "shape")
        fixed = [size for size in first if isinstance(size, int)]
        if len(fixed) < len(first) or not to or 0 in to:
            return None
        rest = prod(fixed) // max(1, prod(size for size in to if size > 0))
        return tuple(rest if size < 0 else size for size in to)

    def _states(self, node: Node) -> None:
        """The second axis of every state of an RNN is the batch of its sequence."""
        sequence = self.shapes.get(node.inputs[0])
        states = [n for name in node.inputs[1:] for n in self.parts.get(name, (name,))]
        if sequence is None or len(sequence) != 3 or node.name.startswith(("LSTM", "GRU", "RNN")):
            return
        for state in (self.shapes.get(name) for name in states):
            if state is not None and len(state) == 3:
                self._one(sequence[1], state[1])


def _padded(axes: Axes, size: int) -> Axes:
    return (1,) * (size - len(axes)) + axes


def _ints(node: Node, key: str) -> list[int]:
    value = node.attributes.get(key)
    return [int(v) for v in value if isinstance(v, int)] if isinstance(value, tuple) else []
