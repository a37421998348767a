"""What a user asks for, as the request that everything below goes by."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from parity import files, plugins
from parity.api.options import AnyPath, Options, Scalar, Task
from parity.api.typed import told
from parity.case import CONFIDENCE, TIES
from parity.compare.tolerance import DEFAULTS
from parity.engines import Options as EngineOptions
from parity.errors import UsageError
from parity.exports._by import USUAL, By
from parity.model.artifact import Artifact
from parity.model.precisions import COMPUTED
from parity.model.trained import is_trained
from parity.processes.interpreter import Interpreter, interpreter
from parity.target import Pair, is_served, pair, served
from parity.target.trained import names_of
from parity.verify.request import Effort, Request, Side, TaskConfig, computing

LONGEST_S = 1e7
"""Four months; sockets take no time-out much longer."""


def request(
    candidate: AnyPath,
    reference: AnyPath | None,
    given: Options,
    *,
    feeds: tuple[Path, ...],
    say: Callable[[str], None] | None = None,
) -> Request:
    """The request of a check.

    given: all of the options. feeds: those of them, as paths. say: hears of what takes minutes.

    Raises UsageError for an option that makes no sense, and what `target.pair` raises.
    """
    precision = given["precision"]
    if precision not in DEFAULTS:
        raise UsageError(plugins.unknown("precision", precision, DEFAULTS))
    for name, value in given.items():
        in_range(name, value)
    if given["picture"] is not None and not feeds:
        raise UsageError("--picture without --feeds: there is no picture to read")
    given = _served(candidate, given)
    computes = given["candidate_engine"] or COMPUTED.get(precision)
    against = candidate if reference is not None and is_trained(Path(reference)) else reference
    found = pair(
        candidate, against, precision=precision, opset=given["opset"], by=_by(given), progress=say
    )
    found, given = _torch(found, reference, given)
    tokenizer, inputs = given["tokenizer"], given["inputs"]
    return Request(
        reference=_side("reference", found.reference, given["reference_engine"],
                        given["reference_options"], given["reference_env"]),
        candidate=computing(
            _side("candidate", found.candidate, computes, given["candidate_options"],
                  given["candidate_env"]),
            precision, named=True,
        ),
        precision=precision,
        tolerance=given["tolerance"] or DEFAULTS[precision],
        effort=Effort(
            given["max_examples"], given["budget_s"], given["shrink_budget_s"], given["seed"]
        ),
        tokenizer=None if tokenizer is None else Path(tokenizer),
        kind=given["plan"],
        max_batch=given["max_batch"],
        max_length=given["max_length"],
        said=_said(inputs),
        feeds=feeds,
        picture=given["picture"],
        task=_task(given["task"]),
        ties=TIES[precision],
        confidence=CONFIDENCE[precision],
        renamed=dict(given["map_output"] or {}),
        database=database(given["database"]),
        strict=given["strict"],
        oracle=given["oracle"],
        open_timeout_s=given["open_timeout_s"],
        run_timeout_s=given["timeout_s"],
    )  # fmt: skip


def database(chosen: AnyPath | None) -> Path | None:
    """Where failing examples are kept. Raises OutputError for a chosen place that can't be used.

    Hypothesis would only forget them. That is well for the cache, which nobody asked for.
    """
    if chosen is None:
        return files.examples()
    files.check_writable(Path(chosen))
    return Path(chosen)


def engine_options(
    engine: str, chosen: Mapping[str, Scalar] | None, *, option: str
) -> EngineOptions:
    """Options of an engine. Raises UsageError for an unknown engine or name, listing the known."""
    # The file of an engine imports the engine itself only when a model is opened.
    known: Mapping[str, str] = plugins.load("engines", engine).OPTIONS
    for name in chosen or {}:
        if name not in known:
            raise UsageError(f"{option}: " + plugins.unknown(f"{engine} option", name, known))
    return dict(chosen or {})


def _said(inputs: str | Iterable[str] | None) -> tuple[str, ...]:
    said = (inputs,) if isinstance(inputs, str) else tuple(inputs or ())
    for one in said:
        if not isinstance(one, str):
            raise UsageError(f"inputs must be texts, not {told(one)}")
    return said


def _side(
    role: str,
    model: Artifact,
    engine: str | None,
    chosen: Mapping[str, Scalar] | None,
    env: AnyPath | None,
) -> Side:
    name = engine or model.engine
    told = engine_options(name, chosen, option=f"--{role}-option")
    return Side(model, name, told, None if env is None else environment(env))


def _served(candidate: AnyPath, given: Options) -> Options:
    """What the engine is told of a served model. Raises UsageError for another engine."""
    if not is_served(candidate):
        return given
    told = served(candidate)
    if told.kind != "kserve":
        raise UsageError(
            f"{candidate}: gives answers, not tensors; parity check {candidate} --reference CASE "
            "compares them"
        )
    given = given.copy()
    if given["candidate_engine"] not in (None, "kserve"):
        raise UsageError(f"{candidate}: is asked by engine kserve, not {given['candidate_engine']}")
    given["candidate_engine"] = "kserve"
    given["candidate_options"] = {**told.options, **(given["candidate_options"] or {})}
    return given


def _torch(found: Pair, reference: AnyPath | None, given: Options) -> tuple[Pair, Options]:
    """What PyTorch is told where a folder or file of it is the reference."""
    given = given.copy()
    if reference is not None and is_trained(Path(reference)):
        given["reference_engine"] = given["reference_engine"] or "torch"
        told = {"model": str(Path(reference).absolute()), **(given["reference_options"] or {})}
        given["reference_options"] = told
    for role, model in (("reference", found.reference), ("candidate", found.candidate)):
        if given[f"{role}_engine"] == "torch":  # type: ignore[literal-required]
            key = f"{role}_options"
            given[key] = {**names_of(model), **(given[key] or {})}  # type: ignore[literal-required]
    return found, given


def _by(given: Options) -> By | None:
    """The exporter, where one is named, or options of the usual one."""
    name, options = given["exporter"], dict(given["exporter_options"] or {})
    return None if name is None and not options else By(name or USUAL, options)


def environment(env: AnyPath) -> Interpreter:
    """The interpreter of an environment. Raises UsageError for what is none."""
    return interpreter(environment_path(env))


def environment_path(env: AnyPath) -> Path:
    """Its path. Raises UsageError for "", which would be the working folder."""
    if not str(env):
        raise UsageError('an environment "" is none: name the folder of a venv, or a python')
    return Path(env)


def _task(asked: Task | None) -> TaskConfig | None:
    """A task by name, or by the keys of a case's ``[task]``."""
    if asked is None:
        return None
    keys = {"name": asked} if isinstance(asked, str) else dict(asked)
    name = keys.pop("name", None)
    if not isinstance(name, str):
        raise UsageError('task: "name" is missing: which task are these keys for?')
    known: Iterable[str] = getattr(plugins.load("tasks", name), "OPTIONS", keys)
    for key in keys:
        if key not in known:
            raise UsageError(f"task: {plugins.unknown('key', key, ['name', *known])}")
    return TaskConfig(name, keys)


def in_range(name: str, value: object) -> None:
    """Whether a number can be meant, as the command line's types hold it. Raises UsageError."""
    if not isinstance(value, int | float):
        return
    if name in ("opset", "max_examples", "max_batch", "max_length") and value < 1:
        raise UsageError(f"{name} {value}: at least 1 is needed")
    if name == "seed" and value < 0:
        raise UsageError(f"seed {value}: from 0 up")
    if name == "explain_budget_s" and not value >= 0:
        raise UsageError(f"explain_budget_s {value:g}: give seconds from 0 up")
    if name in _SECONDS and not 0 < value <= LONGEST_S:
        raise UsageError(
            f"{name} {value:g} is not a number of seconds above zero and up to {LONGEST_S:g}"
        )


_SECONDS = ("budget_s", "shrink_budget_s", "timeout_s", "open_timeout_s")
