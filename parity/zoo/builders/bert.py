"""A BERT sentence encoder from a published safetensors checkpoint with Hugging Face's names."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from parity.zoo import _state
from parity.zoo._save import save
from parity.zoo.nets.bert import SentenceEncoder
from parity.zoo.options import Options
from parity.zoo.recipe import Recipe
from parity.zoo.shapes import Bert

INPUTS = {"input_ids": (-1, -1), "token_type_ids": (-1, -1), "attention_mask": (-1, -1)}
UNUSED = re.compile(r"pooler\.|embeddings\.position_ids$")
RENAMED = {
    "embeddings.LayerNorm": "embeddings.layer_norm",
    "encoder.layer.": "encoder.layers.",
    "attention.self.query": "self_attn.q_proj",
    "attention.self.key": "self_attn.k_proj",
    "attention.self.value": "self_attn.v_proj",
    "attention.output.dense": "self_attn.out_proj",
    "attention.output.LayerNorm": "norm1",
    "intermediate.dense": "linear1",
    "output.dense": "linear2",
    "output.LayerNorm": "norm2",
}  # in this order: the longer names first


def build(recipe: Recipe, into: Path, options: Options) -> None:
    """See parity.zoo.builders. Raises ZooError for weights that don't fit."""
    net = SentenceEncoder(recipe.shape(Bert))
    source = options.file("model.safetensors")
    _state.assign(net, weights(_state.read(source)), source)
    save(net, into, INPUTS)
    shutil.copyfile(options.file("tokenizer.json"), into / "tokenizer.json")


def weights(state: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The same arrays under this network's names, linear maps as (in, out)."""
    renamed = {}
    for name, value in state.items():
        if UNUSED.match(name):
            continue
        linear = value.ndim == 2 and not name.startswith("embeddings.")
        for theirs, ours in RENAMED.items():
            name = name.replace(theirs, ours)
        renamed[name] = value.T if linear else value
    return renamed
