"""The training loop that both models share."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import paddle
import tokenizers
from numpy.typing import NDArray

from parity.zoo.nets.ernie import HEADS
from parity.zoo.shapes import Ernie

IGNORED = -100  # target of a token that has none: padding and specials
UNKNOWN_RATE = 0.01  # of the training tokens shown as [UNK], so that it gets a meaning
PAD, UNK, CLS, SEP = range(4)

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Example:
    """Token ids without specials, and a target for each token (or one for the text)."""

    ids: Ids
    target: Ids


@dataclass(frozen=True)
class Plan:
    """How long and how fast to train."""

    epochs: int
    peak_rate: float
    tokens_a_batch: int
    longest: int = 126
    warmup: float = 0.06
    decay: float = 0.01


def tiny(vocab_size: int) -> Ernie:
    """Two layers of ERNIE 3.0, 128 wide; 512 positions instead of 2048."""
    return Ernie(
        layers=2,
        hidden_size=128,
        heads=4,
        ffn_size=512,
        vocab_size=vocab_size,
        max_positions=512,
    )


def tokenizer(vocab: Path) -> "tokenizers.BertWordPieceTokenizer":
    """The tokenizer that a user of the model gets."""
    return tokenizers.BertWordPieceTokenizer(str(vocab), lowercase=True, handle_chinese_chars=True)


def new_model(head: str, shape: Ernie, classes: int, seed: int) -> Any:
    """A network with fresh weights: normal, standard deviation 0.02, as ERNIE starts from."""
    paddle.seed(seed)
    model = HEADS[head](shape, classes)
    rng = np.random.default_rng(seed)
    for name, value in model.state_dict().items():
        if value.ndim == 2:
            fan = 0.02 if "embeddings" in name else float(np.sqrt(2 / sum(value.shape)))
            value.set_value(rng.normal(0, fan, value.shape).astype("float32"))
    return model


def train(
    model: Any,
    epoch: Callable[[int], Sequence[Example]],
    plan: Plan,
    *,
    seed: int,
    check: Callable[[Any], str],
) -> None:
    """Run the plan; ``epoch(n)`` gives the examples of one pass, ``check`` a line to print."""
    first = epoch(0)
    total = plan.epochs * len(list(_batches(first, plan, np.random.default_rng(0))))
    rate = paddle.optimizer.lr.LambdaDecay(1.0, lambda step: _rate(step, total, plan))
    optimizer = paddle.optimizer.AdamW(
        rate,
        parameters=model.parameters(),
        weight_decay=plan.decay,
        grad_clip=paddle.nn.ClipGradByGlobalNorm(1.0),
    )
    rng = np.random.default_rng(seed)
    for number in range(plan.epochs):
        started, losses = time.monotonic(), []
        model.train()
        for ids, target in _batches(first if number == 0 else epoch(number), plan, rng):
            noisy = np.where((rng.random(ids.shape) < UNKNOWN_RATE) & (ids > SEP), UNK, ids)
            loss = _loss(model, noisy, target)
            loss.backward()
            optimizer.step()
            optimizer.clear_grad()
            rate.step()
            losses.append(float(loss))
        spent = time.monotonic() - started
        line = f"epoch {number + 1}/{plan.epochs} loss {np.mean(losses):.4f} {spent:.0f} s "
        print(line + check(model), flush=True)


def predict(model: Any, ids: Sequence[Ids], plan: Plan) -> list[NDArray[Any]]:
    """Logits of each text, float32 (tokens, classes) or (classes,), specials cut off."""
    model.eval()
    found: list[NDArray[Any]] = [np.empty(0)] * len(ids)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    with paddle.no_grad():
        for start in range(0, len(order), 64):
            chosen = order[start : start + 64]
            padded = _pad([ids[i][: plan.longest] for i in chosen])
            logits = model(paddle.to_tensor(padded), paddle.zeros(padded.shape, "int64")).numpy()
            for row, i in zip(logits, chosen, strict=True):
                length = min(len(ids[i]), plan.longest)
                found[i] = row[1 : 1 + length] if row.ndim == 2 else row
    return found


def threads() -> int:
    """Threads that Paddle was told to use, for the card."""
    return int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1))


def _loss(model: Any, ids: Ids, target: Ids) -> Any:
    logits = model(paddle.to_tensor(ids), paddle.zeros(ids.shape, "int64"))
    return paddle.nn.functional.cross_entropy(
        logits.reshape([-1, logits.shape[-1]]),
        paddle.to_tensor(target).reshape([-1]),
        ignore_index=IGNORED,
    )


def _rate(step: int, total: int, plan: Plan) -> float:
    warm = max(1, int(plan.warmup * total))
    if step < warm:
        return plan.peak_rate * (step + 1) / warm
    return plan.peak_rate * max(0.01, (total - step) / max(1, total - warm))


def _batches(
    examples: Sequence[Example], plan: Plan, rng: np.random.Generator
) -> Iterator[tuple[Ids, Ids]]:
    """Texts of like length together; the batches in random order."""
    # Noise on the length, so that not every epoch has the same neighbours.
    keys = [min(len(e.ids), plan.longest) + rng.random() * 6 for e in examples]
    order = np.argsort(keys)
    groups: list[list[int]] = [[]]
    for i in order:
        longest = min(len(examples[i].ids), plan.longest) + 2
        if groups[-1] and (len(groups[-1]) + 1) * (longest + 6) > plan.tokens_a_batch:
            groups.append([])
        groups[-1].append(int(i))
    for g in rng.permutation(len(groups)):
        chosen = [examples[i] for i in groups[g]]
        ids = _pad([e.ids[: plan.longest] for e in chosen])
        if chosen[0].target.ndim == 0:
            yield ids, np.array([e.target for e in chosen], np.int64)
            continue
        target = np.full(ids.shape, IGNORED, np.int64)
        for row, e in zip(target, chosen, strict=True):
            kept = e.target[: plan.longest]
            row[1 : 1 + len(kept)] = kept
        yield ids, target


def _pad(rows: Sequence[Ids]) -> Ids:
    out = np.full((len(rows), max(map(len, rows)) + 2), PAD, np.int64)
    for line, row in zip(out, rows, strict=True):
        line[0], line[1 : 1 + len(row)], line[1 + len(row)] = CLS, row, SEP
    return out
