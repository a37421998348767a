"""The plan of feeds for a reference. What goes wrong with it is told with the reference's name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parity.errors import InputError
from parity.inputs import Example, Limits, Plan, Tokenizer, plan
from parity.model.spec import Signature
from parity.verify.request import Request


def planned(
    request: Request, inferred: Signature, tokenizer: Tokenizer | None, bounds: Limits
) -> Plan:
    """The plan for inputs of this description. Raises InputError, naming the reference."""
    with about(request):
        return plan(
            inferred.inputs,
            limits=bounds,
            tokenizer=tokenizer,
            kind=request.kind,
            seed=request.effort.seed,
        )


def fixed(request: Request, chosen: Plan) -> list[Example]:
    """Its boundary feeds. Raises InputError, naming the reference."""
    with about(request):
        return list(chosen.boundary())


@contextmanager
def about(request: Request) -> Iterator[None]:
    """Let an InputError say whose inputs they are, unless it begins with a file of its own."""
    try:
        yield
    except InputError as error:
        said = str(error)
        if said.startswith("--") or _is_there(said.partition(": ")[0]):
            raise
        raise InputError(f"{request.reference.model.program}: {said}") from error


def _is_there(name: str) -> bool:
    try:
        return Path(name).exists()
    except OSError:  # no name that a file can have
        return False
