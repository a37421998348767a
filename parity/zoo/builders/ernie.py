"""ERNIE 3.0: invented weights in the published shapes, trained tiny ones, or a user's own."""

import json
import math
from pathlib import Path

from parity.errors import ZooError
from parity.zoo import _state
from parity.zoo._save import save
from parity.zoo.builders import _prune
from parity.zoo.nets.ernie import HEADS
from parity.zoo.options import Options
from parity.zoo.recipe import Recipe
from parity.zoo.shapes import Ernie

INPUTS = {"input_ids": (-1, -1), "token_type_ids": (-1, -1)}
CLASSIFIER = "classifier.weight"  # (hidden, classes), for every head


def build(recipe: Recipe, into: Path, options: Options) -> None:
    """See parity.zoo.builders. Raises ZooError for weights, vocabulary or labels that don't fit."""
    shape = recipe.shape(Ernie)
    head = options.head or ""
    labels = list(recipe.heads[head])
    given = recipe.weights / "model.safetensors" if recipe.trained else None
    path = options.weights or given
    if path is None:
        classes = len(labels) or 2
        whole = HEADS[head](shape.whole, classes)
        invented = _state.invent(whole, options.seed or 0, scale(shape.whole, head))
        net = HEADS[head](shape, classes) if shape.kept_heads else whole
        _state.assign(net, _fitting(invented, shape), recipe.name)
    else:
        state = _state.read(path)
        _hint_at_backbone(state, path)
        classes = state[CLASSIFIER].shape[-1] if CLASSIFIER in state else len(labels) or 2
        if options.weights is not None and head != "qa":
            labels = _labels(options, classes)
        net = HEADS[head](shape, classes)
        _state.assign(net, _fitting(state, shape), path)
    save(net, into, INPUTS)
    if labels:
        text = json.dumps(labels, ensure_ascii=False)
        (into / "labels.json").write_text(text + "\n", "utf-8")
    (into / "vocab.txt").write_text(_vocab(recipe, options, shape), "utf-8")


def _fitting(state: "_state.State", shape: Ernie) -> "_state.State":
    """Of a whole network what a pruned one keeps; weights that were pruned stay as they are."""
    if shape.kept_heads and _prune.is_whole(state, shape):
        return _prune.pruned(state, shape)
    return state


def scale(shape: Ernie, head: str) -> "_state.Scale":
    """Standard deviations with which an untrained network behaves like a trained one.

    Initial weights of 0.02 give near-uniform attention and near-equal logits, in
    which many defects can't be seen; large ones make all tokens of a deep
    post-norm network alike. Here attention scores have a deviation of about 2,
    the branches of all layers together add about as much as the embedding, and
    the logits spread like those of fine-tuned models, by 3 to 7.
    """
    width = shape.hidden_size
    layer = 1 / math.sqrt(2 * shape.layers)
    fixed = {
        "word_embeddings.weight": 0.05,
        "embeddings.weight": 0.02,
        "q_proj.weight": math.sqrt(2 / width),
        "k_proj.weight": math.sqrt(2 / width),
        # Attention averages: twice the gain gives a mix the weight of one token.
        "out_proj.weight": 2 * layer / math.sqrt(width),
        "linear2.weight": layer / math.sqrt(shape.ffn_size),
        # The pooler's tanh halves what the classifier sees; QA has two classes.
        "classifier.weight": (5 if head == "token_cls" else 8) / math.sqrt(width),
        "bias": 0.05,
        "weight": 1 / math.sqrt(width),
    }

    def deviation(name: str, dims: tuple[int, ...]) -> tuple[float, float]:
        if "norm" in name and name.endswith("weight"):
            return 1.0, 0.1
        # The first ending that fits: the longer ones stand first.
        return 0.0, next(value for ending, value in fixed.items() if name.endswith(ending))

    return deviation


def _hint_at_backbone(state: "_state.State", path: Path) -> None:
    if any(name.startswith("ernie.") for name in state):
        return
    if any(name.startswith(("embeddings.", "encoder.")) for name in state):
        raise ZooError(
            f'{path}: its names lack the prefix "ernie.": this is a backbone without a head; '
            "give the checkpoint of a fine-tuned model"
        )


def _labels(options: Options, classes: int) -> list[str]:
    """Labels beside the user's weights; numbered ones if there are none, for orders differ."""
    found = [path for path in options.beside if path.name == "labels.json"]
    if not found:
        return [f"LABEL_{i}" for i in range(classes)]
    try:
        labels = json.loads(found[0].read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ZooError(f"{found[0]}: can't be read: {error}") from error
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise ZooError(f"{found[0]}: must be a JSON list of strings")
    if len(labels) != classes:
        raise ZooError(f"{found[0]}: {len(labels)} labels for a classifier of {classes} classes")
    return labels


def _vocab(recipe: Recipe, options: Options, shape: Ernie) -> str:
    """One token a line, as many as the word embedding has rows."""
    beside = [path for path in options.beside if path.name == "vocab.txt"]
    if beside:
        path = beside[0]
    else:
        path = recipe.weights / "vocab.txt" if recipe.trained else options.file("vocab.txt")
    try:
        # Not splitlines: a vocabulary has line separators of Unicode among its tokens.
        tokens = path.read_text("utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ZooError(f"{path}: can't be read: {error}") from error
    if len(tokens) > shape.vocab_size:
        raise ZooError(f"{path}: {len(tokens)} tokens for {shape.vocab_size} embeddings")
    tokens += [f"[unused-{i}]" for i in range(len(tokens), shape.vocab_size)]
    return "".join(f"{token}\n" for token in tokens)
