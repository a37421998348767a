"""Check one model against itself."""

from collections.abc import Callable
from pathlib import Path

from parity.alone.run import Alone
from parity.alone.run import alone as asked_alone
from parity.api.asked import engine_options
from parity.api.options import AnyPath, Options
from parity.processes.interpreter import interpreter
from parity.target import model
from parity.verify.request import Request, Side


def alone(
    name: AnyPath, given: Options, *, feeds: tuple[Path, ...], say: Callable[[str], None]
) -> Alone:
    """Whether what must hold of any model holds of this one.

    name: as `check` takes it; of a Paddle model and its export the export is meant. given: the
    options of a check; of those the inputs', the candidate's engine and the time limits count.
    Raises ParityError where it can't be run.
    """
    artifact = model(name, progress=say).either("onnx")
    engine = given["candidate_engine"] or artifact.engine
    told = engine_options(engine, given["candidate_options"], option="--candidate-option")
    env = given["candidate_env"]
    side = Side(artifact, engine, told, None if env is None else interpreter(Path(env)))
    inputs, tokenizer = given["inputs"], given["tokenizer"]
    request = Request(
        side, side, tokenizer=None if tokenizer is None else Path(tokenizer), kind=given["plan"],
        max_batch=given["max_batch"], max_length=given["max_length"],
        said=(inputs,) if isinstance(inputs, str) else tuple(inputs or ()), feeds=feeds,
        picture=given["picture"], open_timeout_s=given["open_timeout_s"],
        run_timeout_s=given["timeout_s"],
    )  # fmt: skip
    return asked_alone(request, say)
