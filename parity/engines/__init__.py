"""What an engine is. One file here is one engine; its stem is its name.

An engine module defines ``OPTIONS``, a mapping of option name to a one-line
help text, and ``open(model, options)``, which returns a running ``Engine``; and,
unless it takes them all, ``FORMATS``, those of ``Artifact.format`` that it reads;
and, if it optimises models, ``PLAIN``, the options with which it doesn't; and, if it doesn't read
the model's file but stands beside it, ``BESIDE``; and, if its answers may be kept for other runs,
``DECIDED_BY``, the packages that decide them on the CPU, and ``ON_CPU``, the option that has it run
there, with its value; and, if its library takes long to import, ``ahead``, which imports it as for
no options.
A model is opened in worker processes only, so that may abort, leak or hang.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from parity import plugins
from parity.errors import UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Feed, Outputs

Options = Mapping[str, "str | int | float | bool"]


@dataclass(frozen=True)
class TensorInfo:
    """An input or output as the engine itself declares it.

    dtype and shape are None where the engine doesn't tell, as is a dim of shape.
    """

    name: str
    dtype: str | None = None
    shape: tuple[int | None, ...] | None = None


@dataclass(frozen=True)
class EngineInfo:
    """What is running: printed in reports so that a result can be traced.

    effective: the options as the engine took them, and whatever decides
        numbers (providers in use, oneDNN on or off, threads).
    """

    engine: str
    version: str
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    effective: Mapping[str, str | int | float | bool]


class Engine(Protocol):
    """A loaded model. info: may be another after a run, where only that shows what is effective."""

    info: EngineInfo

    def run(self, feed: Feed) -> Outputs:
        """Run one feed. Arrays returned stay valid until the next call only."""

    def close(self) -> None:
        """Free the model."""


class EngineModule(Protocol):
    """What a file in this folder offers."""

    OPTIONS: Mapping[str, str]

    def open(self, model: Artifact, options: Options) -> Engine:
        """Load ``model``.

        Raises any exception where the model won't load, and a ParityError where
        that is not the model's fault: an option that makes no sense, a device
        that isn't there.
        """


def reads_model(engine: str) -> bool:
    """Whether what an engine computes is what the model's file says; a server's isn't."""
    return not getattr(plugins.load("engines", engine), "BESIDE", False)


def imports(engine: str) -> Exception | None:
    """Import an engine's library before there is a model, where its module has an ``ahead``.

    What it raised, for who opens a model to raise: a library that is loaded by half fails otherwise
    the second time.
    """
    try:
        ahead = getattr(plugins.load("engines", engine), "ahead", None)
        if ahead is not None:
            ahead()
    except Exception as error:
        return error
    return None


def open_model(engine: str, model: Artifact, options: Options) -> Engine:
    """Load a model in an engine, in this process.

    Raises UsageError for an unknown engine or one that doesn't read such models,
    and what the engine raises.
    """
    module = plugins.load("engines", engine)
    formats = getattr(module, "FORMATS", None)
    if formats is not None and model.format not in formats:
        raise UsageError(
            f"{model.program} is {model.format}; {engine} reads {', '.join(sorted(formats))}"
        )
    opened: Engine = module.open(model, options)
    return opened
