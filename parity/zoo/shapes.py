"""The sizes of the zoo's networks: the ``[config]`` table of a recipe."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Ernie:
    """Sizes of an ERNIE 3.0 encoder. Source: PaddleNLP, the ernie-3.0-* configurations.

    dropout is there for training only; a saved model has it switched off. kept_heads: of a network
    pruned in its width, each as wide as the ``heads`` of the whole one are; 0 for all of them.
    whole_ffn_size: of the whole one; 0 where it is no other.
    """

    layers: int
    hidden_size: int
    heads: int
    ffn_size: int
    vocab_size: int = 40000
    max_positions: int = 2048
    type_vocab_size: int = 4
    task_type_vocab_size: int = 16
    task_id: int = 0
    pad_id: int = 0
    dropout: float = 0.1
    kept_heads: int = 0
    whole_ffn_size: int = 0

    @property
    def whole(self) -> "Ernie":
        """Of the network that this one was pruned from."""
        size = self.whole_ffn_size or self.ffn_size
        return replace(self, kept_heads=0, whole_ffn_size=0, ffn_size=size)


@dataclass(frozen=True)
class Bert:
    """Sizes of a BERT encoder, as its ``config.json`` gives them."""

    layers: int
    hidden_size: int
    heads: int
    ffn_size: int
    vocab_size: int
    max_positions: int = 512
    type_vocab_size: int = 2
    layer_norm_epsilon: float = 1e-12


@dataclass(frozen=True)
class Vision:
    """A network of paddle.vision.models, by the name of its function.

    side: height and width of its pictures; -1 leaves both open.
    """

    network: str
    classes: int = 1000
    side: int = 224


@dataclass(frozen=True)
class Published:
    """What is known of a published pair beside its files. labels: of its classes, in order."""

    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lac:
    """Sizes of Baidu LAC's encoder; hidden_size is per direction."""

    vocab_size: int
    embedding_size: int
    hidden_size: int
    layers: int
    tags: int
