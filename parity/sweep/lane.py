"""One of each process that a net goes through, and a folder for what lies between them."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from parity.engines import paddle as paddle_engine
from parity.engines._moves import moved, widen
from parity.errors import ExportError, UsageError
from parity.exports._by import USUAL, By, exporter
from parity.exports._refusal import reason
from parity.model.artifact import Artifact, resolve
from parity.model.formats import npz
from parity.model.tensors import Array, Feed, Outputs
from parity.sweep.answers import Answers, ask
from parity.sweep.row import Status
from parity.sweep.server import Server
from parity.workers.failure import Died, TimedOut
from parity.zoo.ops._net import Net

BUILD_S, EXPORT_S = 60.0, 30.0
"""For one net; the slowest takes half a second."""

_EXPORTER = (
    "paddle2onnx", "paddle2onnx.paddle2onnx_cpp2py_export", "parity.exports._finish",
    "parity.exports._child", "onnx", "google.protobuf.json_format",
)  # fmt: skip
_RUNS = (
    "zipfile", "encodings.cp437", "parity.model.artifact", "parity.model.formats.sniff",
    "parity.workers.failure", "parity.engines._options",
)  # fmt: skip
"""What each process imports before it forks, so that no fork has to."""

_PERTURBED = {"MALLOC_PERTURB_": "165"}
"""glibc fills what it hands out: who reads what nobody wrote reads another thing there."""

_MOVES = 8
"""Of a sum that is zero but for rounding each gives the other sign as often as not."""


@dataclass(frozen=True)
class Exported:
    """A file, or why there is none. again: the same, made by another process."""

    status: Status
    reason: str = ""
    opset: int = 0
    file: Path | None = None
    again: Path | None = None


class Lane:
    """Builder, two exporters, Paddle and ONNX Runtime; each begins when it is needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._registered = folder / "registered.json"
        self.builder = Server(folder / "build.log", "parity.zoo.ops._build")
        self.exporters = (
            Server(folder / "export.log", *_EXPORTER),
            Server(folder / "again.log", *_EXPORTER, environment=_PERTURBED),
        )
        self.paddle = Server(
            folder / "paddle.log", "paddle.inference", "parity.engines.paddle", *_RUNS
        )
        self.ort = Server(
            folder / "ort.log", "onnxruntime", "onnx", "parity.engines.ort",
            "parity.engines.noise", *_RUNS,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as stack:
            for server in (self.builder, self.paddle, self.ort, *self.exporters):
                stack.callback(server.end)

    def build(self, net: Net) -> Artifact | str:
        """The net as a Paddle model, or why Paddle doesn't make it."""
        prefix = self.folder / "net" / "inference"
        for old in prefix.parent.glob("*"):
            old.unlink()
        described = {
            "name": net.name, "code": net.code, "make": net.make,
            "inputs": [[n, t.dtype, list(t.open)] for n, t in net.inputs],
        }  # fmt: skip
        reply = self.builder.ask("build", {"net": described, "prefix": str(prefix)}, BUILD_S)
        if isinstance(reply, Died | TimedOut):
            return str(reply)
        if "raised" in reply:
            return str(reply["raised"])
        return resolve(prefix.parent, want="paddle")

    def write(self, feeds: Sequence[Feed]) -> list[Path]:
        """Feeds as files."""
        paths = [self.folder / f"feed-{at}.npz" for at in range(len(feeds))]
        for path, feed in zip(paths, feeds, strict=True):
            npz.save(path, feed)
        return paths

    def plain(self, model: Artifact, feeds: Sequence[Path]) -> Answers:
        """Paddle's plain kernels, which define the net."""
        options = dict(paddle_engine.PLAIN)
        return ask(self.paddle, "paddle", model, feeds, self.folder / "plain", options)

    def fresh(self, model: Artifact, feeds: Sequence[Path]) -> Answers:
        """The plain kernels again, each feed in a process that has seen no other."""
        found = [self.plain(model, [feed]) for feed in feeds]
        failed = next((one.failed for one in found if one.failed), "")
        return Answers(tuple(one.outputs[0] for one in found), tuple(one.why[0] for one in found),
                       all(one.opened for one in found), failed)  # fmt: skip

    def usual(self, model: Artifact, feeds: Sequence[Path]) -> Answers:
        """Paddle as it is deployed."""
        return ask(self.paddle, "paddle", model, feeds, self.folder / "usual", {})

    def candidate(self, file: Path, feeds: Sequence[Path], *, level: str = "all") -> Answers:
        """ONNX Runtime."""
        options = {"optimization": level}
        return ask(self.ort, "ort", resolve(file), feeds, self.folder / level, options)

    def noise(self, file: Path, feed: Path) -> Outputs | None:
        """By how much rounding moves what ONNX Runtime answers."""
        found = ask(self.ort, "noise", resolve(file), [feed], self.folder / "noise", {})
        return found.outputs[0]

    def jitter(self, model: Artifact, feed: Path) -> Outputs | None:
        """By how much rounding of the inputs moves what Paddle's plain kernels answer."""
        with np.load(feed) as held:
            given = dict(held)
        paths = [feed, *(self.folder / f"moved-{seed}.npz" for seed in range(1, _MOVES + 1))]
        for seed, path in enumerate(paths[1:], 1):
            npz.save(path, {n: moved(a, seed) if a.dtype == np.float32 else a
                            for n, a in given.items()})  # fmt: skip
        answers = [dict(a) for a in self.plain(model, paths).outputs if a is not None]
        if len(answers) < len(paths):
            return None
        first, others = answers[0], answers[1:]
        largest: dict[str, Array] = {name: np.zeros(a.shape) for name, a in first.items()}
        for other in others:
            for name, array in first.items():
                largest[name] = widen(largest[name], array, other[name])
        return largest

    def export(self, model: Artifact, by: str, opset: int) -> Exported:
        """The model by an exporter, twice."""
        if by == USUAL:
            return self._usual_exporter(model, opset)
        files = [self.folder / f"{by}-{at}.onnx" for at in range(2)]
        try:
            made = [exporter(By(by)).export(model, f, opset=opset, timeout_s=EXPORT_S, by=By(by))
                    for f in files]  # fmt: skip
        except (ExportError, UsageError) as error:
            said = str(error).removeprefix(f"{model.program}: ")
            return Exported("aborts" if "killed by" in said else "refused", said)
        return Exported("right", "", made[0].effective_opset, *files)

    def _usual_exporter(self, model: Artifact, opset: int) -> Exported:
        files, replies = [], []
        for at, server in enumerate(self.exporters):
            file = self.folder / f"{USUAL}-{at}.onnx"
            file.unlink(missing_ok=True)
            order: dict[str, Any] = {
                "program": str(model.program), "parameters": str(model.parameters or ""),
                "opset": opset, "options": {}, "file": str(file),
                "registered": None if self._registered.exists() else str(self._registered),
            }  # fmt: skip
            reply = server.ask("export", order, EXPORT_S)
            if refused := self._refused(reply, server, model):
                return refused
            assert isinstance(reply, dict)  # noqa: S101  else it had been refused
            files.append(file)
            replies.append(reply)
        return Exported("right", "", int(replies[0]["opset"]), *files)

    def _refused(self, reply: Any, server: Server, model: Artifact) -> Exported | None:
        said = reason(server.printed(), model.program, self._names())
        if isinstance(reply, TimedOut):
            return Exported("aborts", str(reply))
        if isinstance(reply, Died):
            # It aborts, or leaves, where it has said why; whatever else ends it, it didn't mean to.
            told = bool(said) and (reply.signal == "SIGABRT" or reply.code > 0)
            return Exported("refused" if told else "aborts", said or str(reply))
        if "invalid model" in reply.get("refused", ""):
            return Exported("unloadable", str(reply["refused"]))
        for key in ("refused", "raised"):
            if key in reply:
                return Exported("refused", "; ".join(filter(None, (str(reply[key]), said))))
        return None

    def _names(self) -> frozenset[str]:
        try:
            return frozenset(json.loads(self._registered.read_text("utf-8")))
        except (OSError, ValueError):
            return frozenset()
