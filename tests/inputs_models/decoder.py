"""A step of a decoder: a token, a state of rank 3, what an encoder made, a cache maybe empty."""

import onnx

from parity.compare.findings import ValuesDiffer
from tests.blind_spots.nets import FLOAT, INT64, net, weight
from tests.inputs_models.kind import Kind

INPUTS = (
    ("token", INT64, ("b", 1)), ("state", FLOAT, (2, "n", 8)), ("encoded", FLOAT, ("b3", "m", 8)),
    ("past_k", FLOAT, ("b4", "p", 8)), ("past_v", FLOAT, ("b5", "q", 8)),
)  # fmt: skip


def make(*, read: int = 2**31, layer: int = 0, past: float = 1.0) -> onnx.ModelProto:
    """read: steps of the encoder that are read. layer: of the state. past: factor of the cache."""
    body = """
        word = Gather (words, token)
        mine = Gather (state, layer)
        lifted = Unsqueeze (mine, axis)
        q = Add (word, lifted)
        old = Mul (past_v, past)
        keys = Concat <axis: int = 1> (past_k, q)
        values = Concat <axis: int = 1> (old, q)
        kt = Transpose <perm: ints = [0, 2, 1]> (keys)
        s = MatMul (q, kt)
        a = Softmax (s)
        self = MatMul (a, values)
        cut = Slice (encoded, from, to, axis)
        ct = Transpose <perm: ints = [0, 2, 1]> (cut)
        s2 = MatMul (self, ct)
        a2 = Softmax (s2)
        y = MatMul (a2, cut)
    """
    constants = {
        "words": weight(40, 8), "layer": layer, "axis": [1], "from": [0], "to": [read],
        "past": weight(1)[:1] * 0 + past,
    }  # fmt: skip
    return net(body, ["y", "keys", "values"], inputs=INPUTS, constants=constants)


KIND = Kind(
    make,
    {
        "reads 9 steps": ({"read": 9}, ValuesDiffer),
        "the other layer's state": ({"layer": 1}, ValuesDiffer),
        "the cache is scaled": ({"past": 1.01}, ValuesDiffer),
    },
    learned=("as large as",),
)
