"""ERNIE 3.0 as PaddleNLP defines it, with parameter names that its checkpoints load into.

The published definition (PaddleNLP, ``paddlenlp/transformers/ernie/modeling.py``)
fixes what a checkpoint can't say: positions counted from the ids' own shape, the
additive mask of -1e4 made from ``input_ids == pad``, LayerNorm epsilon 1e-12,
post-norm layers with the exact (erf) GELU, and one task id for the whole batch.
"""

from typing import Any

import paddle
from paddle import nn

from parity.zoo.shapes import Ernie

LAYER_NORM_EPSILON = 1e-12  # PaddleNLP's init hook sets it, not the 1e-5 of nn.LayerNorm
MASKED = -1e4  # added to the attention scores of padding, PaddleNLP


class Embeddings(nn.Layer):
    """Word + position + segment + task embedding, then LayerNorm."""

    def __init__(self, shape: Ernie) -> None:
        super().__init__()
        width = shape.hidden_size
        self.word_embeddings = nn.Embedding(shape.vocab_size, width, padding_idx=shape.pad_id)
        self.position_embeddings = nn.Embedding(shape.max_positions, width)
        self.token_type_embeddings = nn.Embedding(shape.type_vocab_size, width)
        self.task_type_embeddings = nn.Embedding(shape.task_type_vocab_size, width)
        self.layer_norm = nn.LayerNorm(width, epsilon=LAYER_NORM_EPSILON)
        self.dropout = nn.Dropout(shape.dropout)
        self._task_id = shape.task_id

    def forward(self, input_ids: Any, token_type_ids: Any) -> Any:
        ones = paddle.ones(paddle.shape(input_ids), dtype="int64")
        positions = paddle.cumsum(ones, axis=1) - ones
        tasks = ones * self._task_id
        total = (
            self.word_embeddings(input_ids)
            + self.position_embeddings(positions)
            + self.token_type_embeddings(token_type_ids)
            + self.task_type_embeddings(tasks)
        )
        return self.dropout(self.layer_norm(total))


class Pooler(nn.Layer):
    """tanh of a linear map of the first token's state."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.dense = nn.Linear(width, width)

    def forward(self, states: Any) -> Any:
        return paddle.tanh(self.dense(states[:, 0]))


class Backbone(nn.Layer):
    """ids -> (states float32 (batch, seq, hidden), pooled float32 (batch, hidden))."""

    def __init__(self, shape: Ernie) -> None:
        super().__init__()
        self.embeddings = Embeddings(shape)
        layer = nn.TransformerEncoderLayer(
            shape.hidden_size,
            shape.heads,
            shape.ffn_size,
            dropout=shape.dropout,
            activation="gelu",
            attn_dropout=shape.dropout,
            act_dropout=0.0,
            normalize_before=False,
            layer_norm_eps=LAYER_NORM_EPSILON,
        )
        self.encoder = nn.TransformerEncoder(layer, shape.layers)
        if shape.kept_heads:
            _narrow(self.encoder, shape)
        self.pooler = Pooler(shape.hidden_size)
        self._pad_id = shape.pad_id

    def forward(self, input_ids: Any, token_type_ids: Any) -> Any:
        padding = (input_ids == self._pad_id).astype("float32") * MASKED
        mask = paddle.unsqueeze(padding, axis=[1, 2])
        states = self.encoder(self.embeddings(input_ids, token_type_ids), mask)
        return states, self.pooler(states)


def _narrow(encoder: Any, shape: Ernie) -> None:
    """Leave fewer heads, each as wide as before; as PaddleNLP's pruned models have them."""
    width = shape.hidden_size
    inner = shape.kept_heads * (width // shape.heads)
    for layer in encoder.layers:
        attention = layer.self_attn
        for name in ("q_proj", "k_proj", "v_proj"):
            setattr(attention, name, nn.Linear(width, inner))
        attention.out_proj = nn.Linear(inner, width)
        attention.num_heads = shape.kept_heads


class TokenClassifier(nn.Layer):
    """Logits float32 (batch, seq, classes), before softmax."""

    def __init__(self, shape: Ernie, classes: int) -> None:
        super().__init__()
        self.ernie = Backbone(shape)
        self.dropout = nn.Dropout(shape.dropout)
        self.classifier = nn.Linear(shape.hidden_size, classes)

    def forward(self, input_ids: Any, token_type_ids: Any) -> Any:
        states, _ = self.ernie(input_ids, token_type_ids)
        return self.classifier(self.dropout(states))


class SequenceClassifier(nn.Layer):
    """Logits float32 (batch, classes), before softmax."""

    def __init__(self, shape: Ernie, classes: int) -> None:
        super().__init__()
        self.ernie = Backbone(shape)
        self.dropout = nn.Dropout(shape.dropout)
        self.classifier = nn.Linear(shape.hidden_size, classes)

    def forward(self, input_ids: Any, token_type_ids: Any) -> Any:
        _, pooled = self.ernie(input_ids, token_type_ids)
        return self.classifier(self.dropout(pooled))


class QuestionAnswering(nn.Layer):
    """(start, end) logits, float32 (batch, seq) each."""

    def __init__(self, shape: Ernie, classes: int = 2) -> None:
        super().__init__()
        self.ernie = Backbone(shape)
        self.classifier = nn.Linear(shape.hidden_size, classes)

    def forward(self, input_ids: Any, token_type_ids: Any) -> Any:
        states, _ = self.ernie(input_ids, token_type_ids)
        logits = paddle.transpose(self.classifier(states), perm=[2, 0, 1])
        start, end = paddle.unstack(logits, axis=0)
        return start, end


HEADS: dict[str, Any] = {
    "token_cls": TokenClassifier,
    "seq_cls": SequenceClassifier,
    "qa": QuestionAnswering,
}
