"""Check one candidate against its reference."""

from collections.abc import Iterable, Mapping
from inspect import signature
from typing import Any, Unpack

from parity.api.options import AnyPath, Feeds, Options, Scalar, Task
from parity.api.result import Result
from parity.api.settled import OF_CHECK, settled
from parity.api.typed import typed
from parity.api.watching import Watching
from parity.compare.tolerance import Tolerance
from parity.errors import UsageError
from parity.target import is_case


@typed
@settled(OF_CHECK)
def check(
    candidate: AnyPath,
    reference: AnyPath | None = None,
    *,
    precision: str = "fp32",
    opset: int | None = None,
    tolerance: Tolerance | None = None,
    tokenizer: AnyPath | None = None,
    feeds: Feeds | None = None,
    picture: str | None = None,
    inputs: str | Iterable[str] | None = None,
    plan: str | None = None,
    task: Task | None = None,
    map_output: Mapping[str, str] | None = None,
    max_examples: int = 100,
    max_batch: int | None = None,
    max_length: int | None = None,
    seed: int = 0,
    budget_s: float | None = None,
    shrink_budget_s: float = 60.0,
    explain_budget_s: float = 20.0,
    timeout_s: float = 120.0,
    open_timeout_s: float = 300.0,
    reference_engine: str | None = None,
    candidate_engine: str | None = None,
    reference_options: Mapping[str, Scalar] | None = None,
    candidate_options: Mapping[str, Scalar] | None = None,
    reference_env: AnyPath | None = None,
    candidate_env: AnyPath | None = None,
    exporter: str | None = None,
    exporter_options: Mapping[str, Scalar] | None = None,
    oracle: bool = False,
    strict: bool = False,
    database: AnyPath | None = None,
    progress: bool | Watching = False,
) -> Result:
    """Compare a candidate with its reference on boundary feeds and generated ones.

    A candidate that differs, crashes or doesn't load gives a `Result` with findings; what can't be
    run raises. Ctrl-C gives what was found until then, which never passes: `Result.partial`.
    Defaults are those of ``parity check``, and so is that what isn't said here is taken from the
    table ``check`` of the project's parity.toml or pyproject.toml; ``PARITY_NO_SETTINGS=1`` turns
    that off. A keyword that is said wins, also where it is the default.

    candidate: an ONNX file, a folder with one, or ``zoo:NAME``; or a Paddle model (file, prefix,
        folder), which is exported and compared with its export.
    reference: a Paddle or ONNX model; None takes the Paddle model beside the candidate.
    precision: "fp32", "fp16", "int8", "int8-static", "bf16", "optimized" or "fused": of the
        candidate, or to give to a Paddle model's export; it decides the tolerance.
    opset: to export a Paddle model at; None is 13.
    tolerance: None takes the precision's default, see ``parity.compare.tolerance.DEFAULTS``.
    tokenizer: file or folder; None takes the one beside the models.
    feeds: your own, which run first: a path (.npz, .npy, picture, folder), the arrays of one feed
        by input, of the dtypes that the model takes, or several of these.
    picture: how pictures among them become feeds: "size=224x224, mean=0.5, std=0.5, order=BGR".
    inputs: what inputs take, as `parity.inspect` prints it: "x: float32[n,3,32k,32k] in [-1,1]".
    plan: how inputs are made: "ids", "text", "mixed" or "tensors"; None chooses by the model.
    task: what outputs mean to a user, as ``[task]`` of a case: its name, or a mapping with "name"
        and its keys; answers are compared then, too.
    map_output: candidate's name by reference's, of outputs that are named apart.
    max_examples: generated examples, on top of the boundary feeds.
    max_batch, max_length: most rows, and the longest row, of a feed.
    seed: of everything drawn.
    budget_s: seconds after which no new example is generated; None for no limit.
    shrink_budget_s, explain_budget_s: seconds for making a failing feed small, and for saying which
        op is to blame; 0 turns the latter off.
    timeout_s, open_timeout_s: seconds for one feed in one engine, and for loading a model.
    reference_engine, candidate_engine: by name; None goes by the model's format.
    reference_options, candidate_options: of the engines.
    reference_env, candidate_env: a venv, or a python, that the engine runs in, with its versions.
    exporter: "paddle2onnx", "p2o", or yours, which makes the candidate of a Paddle model, whatever
        lies beside it; None takes what is there, else Paddle2ONNX. exporter_options: of it.
    oracle: measure how far each side is from float64.
    strict: a warning keeps a run from passing.
    database: folder of failing examples, to be tried first; None is one in the user's cache.
    progress: show a line on standard error meanwhile, if that is a terminal; or who watches, a
        ``parity.api.watching.Watching``.

    Raises ParityError, one line: UsageError for an option that makes no sense, ModelError for a
    model that isn't there or is damaged, InputError where no inputs can be made, EngineError where
    the reference fails, ExportError where there is no export.
    """
    given: Options = {
        "precision": precision,
        "opset": opset,
        "tolerance": tolerance,
        "tokenizer": tokenizer,
        "feeds": feeds,
        "picture": picture,
        "inputs": inputs,
        "plan": plan,
        "task": task,
        "map_output": map_output,
        "max_examples": max_examples,
        "max_batch": max_batch,
        "max_length": max_length,
        "seed": seed,
        "budget_s": budget_s,
        "shrink_budget_s": shrink_budget_s,
        "explain_budget_s": explain_budget_s,
        "timeout_s": timeout_s,
        "open_timeout_s": open_timeout_s,
        "reference_engine": reference_engine,
        "candidate_engine": candidate_engine,
        "reference_options": reference_options,
        "candidate_options": candidate_options,
        "reference_env": reference_env,
        "candidate_env": candidate_env,
        "exporter": exporter,
        "exporter_options": exporter_options,
        "oracle": oracle,
        "strict": strict,
        "database": database,
        "progress": progress,
    }
    return _checked(candidate, reference, given)


@typed
def assert_parity(
    candidate: AnyPath, reference: AnyPath | None = None, **options: Unpack[Options]
) -> None:
    """Raise DiffersError, an AssertionError with the readable report, unless `check` passes.

    options: those of `check`, whose errors it raises too.
    """
    check(candidate, reference, **options).raise_for_findings()


def defaults() -> Options:
    """The options of a check in which nothing is said."""
    keywords = signature(check).parameters.values()
    made: Any = {p.name: p.default for p in keywords if p.kind is p.KEYWORD_ONLY}
    options: Options = made
    return options


def _checked(candidate: AnyPath, reference: AnyPath | None, given: Options) -> Result:
    from parity.api.asked import request
    from parity.api.running import on_disk, verified
    from parity.api.watching import watching

    if is_case(candidate):
        raise UsageError(f"{candidate}: is a case; parity.check_case runs its cells")
    watches = watching(given["progress"])
    with on_disk(given["feeds"]) as feeds:
        with watches.building() as say:
            asked = request(candidate, reference, given, feeds=feeds, say=say)
        return Result(*verified(asked, watches, explain_s=given["explain_budget_s"]))
