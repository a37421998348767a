"""The encoder of Baidu LAC: embedding, bidirectional GRU over the true length, linear layer."""

from typing import Any

from paddle import nn

from parity.zoo.shapes import Lac


class Encoder(nn.Layer):
    """token_ids int64 (batch, seq), length int64 (batch,) -> logits float32 (batch, seq, tags).

    The logits are emissions of a CRF, whose transitions are not part of the
    network. Past a row's length they mean nothing.
    """

    def __init__(self, shape: Lac) -> None:
        super().__init__()
        self.embedding = nn.Embedding(shape.vocab_size, shape.embedding_size)
        self.gru = nn.GRU(
            shape.embedding_size,
            shape.hidden_size,
            num_layers=shape.layers,
            direction="bidirectional",
        )
        self.linear = nn.Linear(2 * shape.hidden_size, shape.tags)

    def forward(self, token_ids: Any, length: Any) -> Any:
        states, _ = self.gru(self.embedding(token_ids), sequence_length=length)
        return self.linear(states)
