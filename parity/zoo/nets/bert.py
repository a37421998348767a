"""BERT as a sentence encoder: the last hidden state, and its normalised mean."""

from typing import Any

import paddle
from paddle import nn

from parity.zoo.shapes import Bert

MASKED = -1e4  # added to the attention scores of padding; the checkpoint's own library does so
SMALLEST_COUNT = 1e-9  # sentence-transformers, mean pooling: a row without tokens


class Embeddings(nn.Layer):
    """Word + position + segment embedding, then LayerNorm."""

    def __init__(self, shape: Bert) -> None:
        super().__init__()
        width = shape.hidden_size
        self.word_embeddings = nn.Embedding(shape.vocab_size, width)
        self.position_embeddings = nn.Embedding(shape.max_positions, width)
        self.token_type_embeddings = nn.Embedding(shape.type_vocab_size, width)
        self.layer_norm = nn.LayerNorm(width, epsilon=shape.layer_norm_epsilon)

    def forward(self, input_ids: Any, token_type_ids: Any) -> Any:
        ones = paddle.ones(paddle.shape(input_ids), dtype="int64")
        positions = paddle.cumsum(ones, axis=1) - ones
        return self.layer_norm(
            self.word_embeddings(input_ids)
            + self.position_embeddings(positions)
            + self.token_type_embeddings(token_type_ids)
        )


class SentenceEncoder(nn.Layer):
    """ids, segments, mask int64 (batch, seq) -> states and vectors.

    states: float32 (batch, seq, hidden). vectors: float32 (batch, hidden), the
    mean of the states that the mask keeps, of length one.
    """

    def __init__(self, shape: Bert) -> None:
        super().__init__()
        self.embeddings = Embeddings(shape)
        layer = nn.TransformerEncoderLayer(
            shape.hidden_size,
            shape.heads,
            shape.ffn_size,
            dropout=0.0,
            activation="gelu",
            normalize_before=False,
            layer_norm_eps=shape.layer_norm_epsilon,
        )
        self.encoder = nn.TransformerEncoder(layer, shape.layers)

    def forward(self, input_ids: Any, token_type_ids: Any, attention_mask: Any) -> Any:
        kept = attention_mask.astype("float32")
        scores = paddle.unsqueeze((1.0 - kept) * MASKED, axis=[1, 2])
        states = self.encoder(self.embeddings(input_ids, token_type_ids), scores)
        weights = paddle.unsqueeze(kept, axis=-1)
        count = paddle.clip(weights.sum(axis=1), min=SMALLEST_COUNT)
        mean = (states * weights).sum(axis=1) / count
        return states, nn.functional.normalize(mean, axis=-1)
