"""Ask a server and the reference the same texts, in batches, and make what differs small."""

import random
import time
from collections.abc import Sequence

from parity.answering.compare import Judge
from parity.answering.forms import Reply, replies
from parity.answering.found import Found, Served, Smallest
from parity.answering.server import RefusedError, Server
from parity.answering.shrink import smaller
from parity.compare.answers import AnswerDiffers, TooManyTies
from parity.compare.findings import CandidateFailed, NothingCompared
from parity.errors import EngineError
from parity.gate.asking import Answered, Asked
from parity.inputs import DEFAULT_LENGTH, Tokenizer, load_tokenizer
from parity.model.domains import signature
from parity.tasks import Offsets
from parity.verify.request import Request

BATCH = 8
"""Texts of a request: enough for long ones to stand beside short ones."""

_SHOWN = 5  # findings that are told one by one


def run(
    asked: Request, reference: Asked, server: Server, texts: Sequence[str], *, seed: int = 0
) -> Served:
    """What a server answers to these texts, alone and in batches, against the reference.

    asked: of a case with a task that reads texts. reference: loaded; it answers text by text.
    Raises EngineError where it fails, and where the server can't be reached or answers the first
    text with no result: then nothing was asked.
    """
    began = time.monotonic()
    tokenizer = load_tokenizer(asked.tokenizer or asked.reference.model.program.parent)
    both = _Both(asked, server, reference, tokenizer)
    if texts:
        both.probe(texts[0])
    for batch in batches(texts, seed):
        both.compare(batch)
    return both.served(round(time.monotonic() - began, 3))


def probe(server: Server, text: str) -> None:
    """See that a server answers at all, before anything is loaded. Raises EngineError."""
    try:
        server.ask((text,))
    except RefusedError as error:
        raise EngineError(f"{error}; nothing was compared") from error


def batches(texts: Sequence[str], seed: int) -> list[tuple[str, ...]]:
    """Each text in a batch with others, short and long mixed; and every fourth alone."""
    order = list(dict.fromkeys(texts))
    random.Random(seed).shuffle(order)  # noqa: S311
    together = [tuple(order[i : i + BATCH]) for i in range(0, len(order), BATCH)]
    return [*together, *((text,) for text in order[::4])]


class _Both:
    def __init__(
        self, asked: Request, server: Server, reference: Asked, tokenizer: Tokenizer
    ) -> None:
        names = tuple(spec.name for spec in signature(asked.reference.model).outputs)
        self._judge = Judge(reference.task, asked.tolerance, asked.confidence, names)
        self._asked, self._server, self._reference = asked, server, reference
        self._tokenizer = tokenizer
        self._known: dict[str, Answered] = {}
        self._findings: list[Found] = []
        self._flips: list[AnswerDiffers] = []
        self._smallest: Smallest | None = None
        self._answers = self._requests = self._off = 0

    def probe(self, text: str) -> None:
        """Ask for one. Raises EngineError where that is answered with no result."""
        try:
            self._replies((text,), self._offsets((text,)))
        except RefusedError as error:
            raise EngineError(f"{error}; nothing was compared") from error

    def compare(self, batch: tuple[str, ...]) -> None:
        """Ask for a batch, and note what differs."""
        off, flips = self._differing(batch)
        self._answers += len(batch)
        self._flips += flips
        self._off += len(off)
        if not off:
            return
        at, found = next(iter(off.items()))
        if self._smallest is None:
            made = smaller(batch, at, self._wrong)
            found = self._differing(made.texts)[0].get(made.at, found)
            self._smallest = made
            self._findings.append(found)
        elif len(self._findings) < _SHOWN:
            self._findings.append(found)

    def served(self, seconds: float) -> Served:
        """All that was seen."""
        found = list(self._findings)
        allowed = int(self._asked.ties * self._answers)
        if len(self._flips) > allowed:
            rate = self._asked.ties
            found.append(TooManyTies(len(self._flips), self._answers, rate, tuple(self._flips[:3])))
        if not self._answers:
            found.append(NothingCompared("answers", "there was no text to ask for"))
        return Served(self._server.url, tuple(found), self._answers, len(self._flips),
                      self._requests, self._smallest, seconds)  # fmt: skip

    def _wrong(self, batch: tuple[str, ...], at: int) -> bool:
        return at in self._differing(batch)[0]

    def _differing(self, batch: tuple[str, ...]) -> tuple[dict[int, Found], list[AnswerDiffers]]:
        """What differs, by place in the batch; and flips inside their margin."""
        mine = self._mine(batch)
        try:
            offsets = self._offsets(batch)
            theirs = self._replies(batch, offsets)
        except RefusedError as error:
            return {0: CandidateFailed("run", f"{error}, on {list(batch)!r}"[:400])}, []
        off: dict[int, Found] = {}
        flips = []
        for at, (one, reply, spans) in enumerate(zip(mine, theirs, offsets, strict=True)):
            found = self._judge.judge(one, reply, spans)
            if isinstance(found, AnswerDiffers) and found.margin <= found.allowed:
                flips.append(found)
            elif found is not None:
                off[at] = found
        return off, flips

    def _mine(self, batch: Sequence[str]) -> list[Answered]:
        new = [text for text in dict.fromkeys(batch) if text not in self._known]
        for answered in self._reference.answers(new):
            self._known[answered.text] = answered
        return [self._known[text] for text in batch]

    def _replies(self, batch: Sequence[str], offsets: Sequence[Offsets]) -> list[Reply]:
        self._requests += 1
        result = self._server.ask(batch)
        return replies(result, batch, offsets, self._reference.task)

    def _offsets(self, batch: Sequence[str]) -> list[Offsets]:
        longest = self._asked.max_length or DEFAULT_LENGTH
        return [*self._tokenizer.encode(batch, longest).offsets]
