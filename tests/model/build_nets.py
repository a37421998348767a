"""Builds the small Paddle models of these tests; run as ``build_nets.py FOLDER pir|pdmodel``.

A process of its own, because the choice between Paddle's two program formats is
made when paddle is imported.
"""
# mypy: ignore-errors
# Paddle has no types.

import os
import sys
from pathlib import Path

if sys.argv[2] == "pdmodel":
    os.environ["FLAGS_enable_pir_api"] = "0"  # noqa: SIM112  paddle spells it so

import paddle
from paddle import nn
from paddle.base.layer_helper import LayerHelper
from paddle.nn import functional
from paddle.static import InputSpec


def matmul(x, y, transpose_y=False):
    """paddle.matmul of 3.3.1 refuses the variables of the old program format."""
    if paddle.framework.in_pir_mode():
        return paddle.matmul(x, y, transpose_y=transpose_y)
    helper = LayerHelper("matmul_v2")
    out = helper.create_variable_for_type_inference(x.dtype)
    helper.append_op(
        type="matmul_v2",
        inputs={"X": x, "Y": y},
        outputs={"Out": out},
        attrs={"trans_x": False, "trans_y": transpose_y},
    )
    return out


VOCABULARY, POSITIONS, HIDDEN = 50, 24, 8


class Attention(nn.Layer):
    """One post-norm encoder layer with an additive mask, as PaddleNLP writes it."""

    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.norm = nn.LayerNorm(HIDDEN)

    def forward(self, x, mask):
        def split(t):
            return t.reshape([0, 0, 2, HIDDEN // 2]).transpose([0, 2, 1, 3])

        q, k, v = split(self.q(x)), split(self.k(x)), split(self.v(x))
        scores = matmul(q * (HIDDEN // 2) ** -0.5, k, transpose_y=True) + mask
        mixed = matmul(functional.softmax(scores), v).transpose([0, 2, 1, 3])
        return self.norm(x + self.o(mixed.reshape([0, 0, HIDDEN])))


class Ernie(nn.Layer):
    """Mask and positions come from the ids, as in PaddleNLP's ErnieModel."""

    def __init__(self, pad=0, padding_idx=0):
        super().__init__()
        self.pad = pad
        self.word = nn.Embedding(VOCABULARY, HIDDEN, padding_idx=padding_idx)
        self.position = nn.Embedding(POSITIONS, HIDDEN)
        self.segment = nn.Embedding(4, HIDDEN)
        self.task = nn.Embedding(3, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN)
        self.layer = Attention()
        self.head = nn.Linear(HIDDEN, 7)

    def forward(self, input_ids, token_type_ids):
        mask = paddle.unsqueeze((input_ids == self.pad).astype("float32") * -1e4, axis=[1, 2])
        ones = paddle.ones_like(input_ids)
        positions = paddle.cumsum(ones, axis=-1) - ones
        x = self.word(input_ids) + self.position(positions) + self.segment(token_type_ids)
        x = x + self.task(paddle.zeros_like(input_ids))
        return self.head(self.layer(self.norm(x), mask))


class Bert(nn.Layer):
    """The mask is an input; positions are counted from the shape."""

    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, HIDDEN)
        self.position = nn.Embedding(POSITIONS, HIDDEN)
        self.segment = nn.Embedding(2, HIDDEN)
        self.layer = Attention()
        self.head = nn.Linear(HIDDEN, 3)

    def forward(self, input_ids, attention_mask, token_type_ids):
        mask = (1.0 - attention_mask.unsqueeze([1, 2]).astype("float32")) * -1e4
        positions = paddle.arange(paddle.shape(input_ids)[1], dtype="int64").unsqueeze(0)
        x = self.word(input_ids) + self.position(positions) + self.segment(token_type_ids)
        return self.head(self.layer(x, mask)[:, 0])


class Explicit(nn.Layer):
    """Positions are an input."""

    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, HIDDEN, padding_idx=1)
        self.position = nn.Embedding(POSITIONS, HIDDEN)
        self.head = nn.Linear(HIDDEN, 3)

    def forward(self, a, b):
        return self.head(self.word(a) + self.position(b))


class Lac(nn.Layer):
    """A recurrent tagger with lengths."""

    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, HIDDEN)
        self.gru = nn.GRU(HIDDEN, HIDDEN, num_layers=2, direction="bidirectional")
        self.head = nn.Linear(2 * HIDDEN, 5)

    def forward(self, token_ids, length):
        hidden, _ = self.gru(self.word(token_ids), sequence_length=length)
        return self.head(hidden)


class Pooled(nn.Layer):
    """Lengths become a mask by comparison with a range."""

    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(VOCABULARY, HIDDEN)
        self.head = nn.Linear(HIDDEN, 5)

    def forward(self, words, count):
        steps = paddle.arange(paddle.shape(words)[1], dtype="int64").unsqueeze(0)
        mask = paddle.less_than(steps, count.unsqueeze(1)).astype("float32")
        return self.head((self.word(words) * mask.unsqueeze(-1)).mean(1))


class SequenceMask(Pooled):
    """Lengths become a mask by sequence_mask, which Paddle2ONNX can't export."""

    def forward(self, words, count):
        mask = functional.sequence_mask(count, maxlen=paddle.shape(words)[1], dtype="float32")
        return self.head((self.word(words) * mask.unsqueeze(-1)).mean(1))


class Picture(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2D(3, 4, 3, padding=1)
        self.norm = nn.BatchNorm2D(4)
        self.head = nn.Linear(4, 2)

    def forward(self, image):
        x = functional.relu(self.norm(self.conv(image)))
        return functional.softmax(self.head(x.mean([2, 3])))


class Mlp(nn.Layer):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(6, 5)
        self.second = nn.Linear(3, 5)

    def forward(self, left, right):
        return functional.relu(self.first(left)), self.first(left) + self.second(right)


class Bare(nn.Layer):
    """Without parameters."""

    def forward(self, x):
        return x * 2.0


IDS = [None, None]


class Buckets(nn.Layer):
    """An age sorted into buckets whose bounds are stored as weights are."""

    def __init__(self):
        super().__init__()
        bounds = nn.initializer.Assign([18.0, 40.0, 65.0])
        self.bounds = self.create_parameter([3], default_initializer=bounds)

    def forward(self, age):
        return (age.unsqueeze(-1) >= self.bounds).astype("float32") * 2.0


NETS = {
    "ernie": (Ernie, {"input_ids": (IDS, "int64"), "token_type_ids": (IDS, "int64")}),
    "ernie_pad1": (
        lambda: Ernie(pad=1, padding_idx=None),
        {"input_ids": (IDS, "int64"), "token_type_ids": (IDS, "int64")},
    ),
    "bert": (
        Bert,
        {
            "input_ids": (IDS, "int64"),
            "attention_mask": (IDS, "int64"),
            "token_type_ids": (IDS, "int64"),
        },
    ),
    "explicit": (Explicit, {"a": (IDS, "int64"), "b": (IDS, "int64")}),
    "lac": (Lac, {"token_ids": (IDS, "int64"), "length": ([None], "int64")}),
    "pooled": (Pooled, {"words": (IDS, "int64"), "count": ([None], "int64")}),
    "sequence_mask": (SequenceMask, {"words": (IDS, "int64"), "count": ([None], "int64")}),
    "picture": (Picture, {"image": ([None, 3, None, None], "float32")}),
    "buckets": (Buckets, {"age": ([None], "float32")}),
    "mlp": (Mlp, {"left": ([None, 6], "float32"), "right": ([None, 3], "float32")}),
    "bare": (Bare, {"x": ([2, 3], "float32")}),
}


def main(folder: Path, form: str, wanted: list[str]) -> None:
    save = save_pir if form == "pir" else save_pdmodel
    for name in wanted or NETS:
        make, inputs = NETS[name]
        paddle.seed(7)
        (folder / name).mkdir(parents=True, exist_ok=True)
        save(make, inputs, str(folder / name / "inference"))


def save_pir(make, inputs, prefix):
    net = make()
    net.eval()
    spec = [InputSpec(shape, dtype, name) for name, (shape, dtype) in inputs.items()]
    paddle.jit.save(paddle.jit.to_static(net, input_spec=spec, full_graph=True), prefix)


def save_pdmodel(make, inputs, prefix):
    """Through the static API: jit.save of 3.3.1 can't trace a GRU into the old format."""
    paddle.enable_static()
    program, startup = paddle.static.Program(), paddle.static.Program()
    with paddle.static.program_guard(program, startup):
        feeds = [paddle.static.data(name, s, dtype) for name, (s, dtype) in inputs.items()]
        net = make()
        net.eval()
        fetches = net(*feeds)
        executor = paddle.static.Executor(paddle.CPUPlace())
        executor.run(startup)
        fetches = list(fetches) if isinstance(fetches, tuple) else [fetches]
        paddle.static.save_inference_model(prefix, feeds, fetches, executor, program=program)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
