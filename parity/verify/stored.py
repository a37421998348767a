"""A reference whose answers other runs have, too: it is loaded once a feed comes that none had.

An answer is looked up by all that decides it: the model's bytes, the engine with its options and
the content of its libraries, this machine, the feed. Where that can't be told of an engine, or
where a model draws at random, nothing is kept, and it is said why.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from parity import engines, plugins, processes, workers
from parity.engines import EngineInfo, TensorInfo
from parity.errors import EngineError, ParityError
from parity.exports._candidates import installs, sources
from parity.inputs import Example
from parity.model.formats.read import graph_of
from parity.model.hashes import sha256
from parity.model.tensors import Array, Feed, Outputs
from parity.store.answers import Answers
from parity.store.count import FromStore
from parity.store.place import place
from parity.verify.reference import Reference, cores, key_of, reference_of
from parity.verify.request import Side
from parity.workers.failure import Failure
from parity.workers.worker import Worker

_DRAWS = ("rand", "uniform", "gaussian", "bernoulli", "multinomial", "poisson", "exponential_")
"""In the name of an op that may answer otherwise each time."""


class Stored(Reference):
    """Answers from the store what it has, and puts there what it hasn't."""

    def __init__(self, worker: Worker, answers: Answers, *, remember: bool = False) -> None:
        super().__init__(worker, remember=remember)
        self._answers = answers
        self._asked = 0
        self._noted: EngineInfo | None = None
        self._wanted = False  # whether the engine itself is
        self._feeds: dict[bytes, Feed] = {}

    @property
    def from_store(self) -> FromStore:
        """How many of all answers came from the store."""
        kept = self._answers
        failed = {"unwritten": kept.unwritten, "unread": kept.unread}
        return FromStore(kept.found, self._asked, kept.broken, **failed)

    def start(self) -> None:
        """Begin to load, where nobody has noted what the engine tells of itself."""
        if self._noted is None:
            self._noted = _info(self._answers.card())
        if self._wanted or self._noted is None:
            self._wanted = True
            super().start()

    def ready(self) -> EngineInfo | Failure:
        """What the engine tells of itself, or told when it was loaded for the first answers."""
        if not self._wanted and self._noted is not None:
            self.worker.info = self._noted
            return self._noted
        ready = super().ready()
        if isinstance(ready, EngineInfo) and ready != self._noted:
            self._answers.note(asdict(ready))
            self._noted = ready
        return ready

    def revive(self) -> None:
        """Load again what died; what was never needed stays away."""
        if self._wanted or self._noted is None:
            self._wanted = True
            super().revive()

    def submit(self, example: Example) -> None:
        """Look an example up, here and in the store, or send it to the engine."""
        key = key_of(example.feed)
        known = self._known(key)
        self._asked += 1
        if known is None and (found := self._answers.find(example.feed)) is not None:
            super()._answered(key, found)
            known = found
        if known is None:
            self._load()
            self._feeds[key] = example.feed
            self.worker.submit(example.feed)
        self._waiting.append((key, known))

    def ask(self, feed: Feed) -> Mapping[str, Array] | None:
        """The answer to a feed, with nothing else under way; None where the engine fails."""
        self.revive()
        self.submit(Example(feed, "asked beside the search"))
        return self._copied(self.collect().result)

    def close(self) -> None:
        """End the engine. It may be started again."""
        super().close()
        self._feeds.clear()
        self._wanted = False

    def _load(self) -> None:
        if self._wanted:
            return
        self._wanted = True
        self.start()
        ready = self.ready()
        if not isinstance(ready, EngineInfo):
            program = self.worker.model.program
            raise EngineError(f"{program}: the reference loaded in another run, and fails: {ready}")

    def _answered(self, key: bytes, result: Outputs | Failure) -> None:
        super()._answered(key, result)
        feed = self._feeds.pop(key, None)
        if feed is not None and isinstance(result, Mapping):
            self._answers.put(feed, result)


def stored_reference_of(
    side: Side, *, remember: bool = False, open_timeout_s: float = 300.0, run_timeout_s: float
) -> Reference:
    """The reference on that side, with the store where there is one and it may be used."""
    usual = reference_of(
        side, remember=remember, open_timeout_s=open_timeout_s, run_timeout_s=run_timeout_s
    )
    if place() is None:
        return usual
    try:
        why = _why_not(side)
        answers = None if why else Answers.of(_decided_by(side, usual.worker))
    except (ParityError, OSError) as error:  # who loads the model says more of it
        why, answers = " ".join(str(error).split()), None
    if answers is not None:
        return Stored(usual.worker, answers, remember=remember)
    return usual.without_store(why)


def _why_not(side: Side) -> str:
    """Why answers of a reference aren't kept; "" where they are."""
    engine = side.engine
    if side.interpreter is not None:
        return "it runs in another environment, of which only versions are known"
    module = plugins.load("engines", engine)
    if engine not in plugins.own("engines") or not hasattr(module, "DECIDED_BY"):
        return f"engine {engine} doesn't say what decides them"
    name, usual = module.ON_CPU
    if side.options.get(name, usual) != usual:
        return f"{name} {side.options[name]}: what decides them there isn't known"
    graph = graph_of(side.model.program)
    drawn = [n.name for n in (*graph.nodes, *graph.inner) if _draws(n.name)]
    return f"{drawn[0]} may draw at random" if drawn else ""


def _draws(op: str) -> bool:
    return any(word in op.lower() for word in _DRAWS)


def _decided_by(side: Side, worker: Worker) -> dict[str, object]:
    """All that decides an answer, the machine and the feed apart."""
    module = plugins.load("engines", side.engine)
    rooms = [Path(str(room.__file__)).parent for room in (engines, workers, processes)]
    own = sorted(str(path) for room in rooms for path in room.rglob("*.py"))
    return {
        "model": dict(sorted(side.model.sha256.items())),
        "format": side.model.format,
        "engine": side.engine,
        "options": {name: _value(value) for name, value in sorted(worker.options.items())},
        "cores": cores(),
        "source": sources(*own),
        **installs(*module.DECIDED_BY),
    }


def _value(value: object) -> object:
    """An option; of one that is a file, what it holds."""
    if isinstance(value, str) and value and Path(value).is_file():
        return sha256(Path(value))
    return value


def _info(card: Any) -> EngineInfo | None:
    """What an engine told of itself, as it was noted; None for what isn't that."""
    try:
        inputs, outputs = ([_tensor(t) for t in card[key]] for key in ("inputs", "outputs"))
        effective = dict(card["effective"])
        return EngineInfo(card["engine"], card["version"], (*inputs,), (*outputs,), effective)
    except (KeyError, TypeError, ValueError):
        return None


def _tensor(told: Any) -> TensorInfo:
    shape = told["shape"]
    return TensorInfo(told["name"], told["dtype"], None if shape is None else tuple(shape))
