"""Recurrent layers: one node a layer."""

from parity.written.attributes.rule import Form, Rule, When

_RNN = ("rnn",)
_NODES = ("LSTM", "GRU", "RNN")
_LSTM: When = {"mode": ("LSTM",)}
_GRU: When = {"mode": ("GRU",)}
_TANH: When = {"mode": ("RNN_TANH",)}
_RELU: When = {"mode": ("RNN_RELU",)}


def _functions(node: str, when: When, *names: str) -> tuple[Rule, ...]:
    """Activations, which ONNX lists once a direction."""
    return tuple(
        Rule(_RNN, (node,), ("activations",), value=(names * count,), default=names * count,
             when={**when, "is_bidirec": (count > 1,)})
        for count in (1, 2)
    )  # fmt: skip


RULES = (
    Rule(_RNN, _NODES, ("hidden_size",), ("hidden_size",)),
    Rule(_RNN, _NODES, ("direction",), ("is_bidirec",), default="forward",
         names={True: ("bidirectional",), False: ("forward",)}),
    Rule(_RNN, _NODES, ("layout",), value=(0,), default=0),
    Rule(_RNN, ("LSTM",), ("input_forget",), value=(0,), default=0),
    Rule(_RNN, ("GRU",), ("linear_before_reset",), value=(1,), default=0),
    *_functions("LSTM", _LSTM, "Sigmoid", "Tanh", "Tanh"),
    *_functions("GRU", _GRU, "Sigmoid", "Tanh"),
    *_functions("RNN", _TANH, "Tanh"),
    *_functions("RNN", _RELU, "Relu"),
    Rule(_RNN, ("Transpose",), ("perm",), value=((0, 2, 1, 3),)),
)  # fmt: skip

FORMS = (
    Form(_RNN, "mode", _LSTM, never=("GRU", "RNN")),
    Form(_RNN, "mode", _GRU, never=("LSTM", "RNN")),
)
