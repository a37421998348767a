"""The recorded texts as feeds; recorded feeds are the user's own, which run anyhow."""

from collections.abc import Sequence

from parity.errors import InputError
from parity.inputs import Example, Limits, Tokenizer, read_as, text
from parity.inputs.feeds import OWN
from parity.model.spec import Signature
from parity.verify.answers import GOLDEN
from parity.verify.request import Request
from parity.verify.task import task_of


def recorded(
    request: Request,
    inferred: Signature,
    tokenizer: Tokenizer | None,
    bounds: Limits,
    own: Sequence[Example],
) -> list[Example]:
    """In batches of one size: INT8 rows depend on their batch.

    Raises InputError for recorded feeds that are not among the user's own.
    """
    texts = [one.text for one in request.golden]
    if not texts:
        return []
    task = task_of(request)
    if task is not None and not task.reads_texts:
        _there(texts, own)
        return []
    if tokenizer is None:
        raise InputError("recorded texts need a tokenizer; name one")
    size = request.golden_batch
    return [
        text.given(
            inferred.inputs,
            texts[start : start + size],
            limits=bounds,
            tokenizer=read_as(request.kind, tokenizer),
            label=f"{GOLDEN} {start + 1}",
        )
        for start in range(0, len(texts), size)
    ]


def _there(names: Sequence[str], own: Sequence[Example]) -> None:
    fed = {example.label.removeprefix(OWN).strip() for example in own}
    # A feed of several rows has a name for each: "batch.npz [2]".
    missing = [n for n in names if n not in fed and n.rpartition(" [")[0] not in fed]
    if missing:
        raise InputError(
            f"the golden records {missing[0]!r}, which is not among the feeds; "
            "restore it, or record anew"
        )
