"""Compare two tokenizers."""

from os import PathLike
from pathlib import Path

from parity.api.options import AnyPath
from parity.duet.found import Duet
from parity.duet.run import run
from parity.duet.side import Named, Side, named
from parity.duet.texts import recorded
from parity.target import model
from parity.target.zoo import is_zoo


def compare(
    a: AnyPath,
    b: AnyPath,
    *,
    texts: AnyPath | None = None,
    a_env: AnyPath | None = None,
    b_env: AnyPath | None = None,
    max_examples: int = 300,
    seed: int = 0,
) -> Duet:
    """Every way in which two tokenizers differ, each with the shortest text that shows it.

    a, b: a ``tokenizer.json``, a ``vocab.txt`` (read as PaddleNLP's ERNIE reads it), a folder with
        one, ``zoo:NAME``, or ``KIND:PATH`` with a kind of ``parity/tokenizing/kinds``.
    texts: a file of your sentences, one a line; a tab makes two of them a pair.
    a_env, b_env: a venv, or a python, that the tokenizer runs in, with its libraries.

    Raises ParityError, one line: UsageError, InputError for what is no tokenizer, EngineError for a
    library that isn't there or dies.
    """
    given = () if texts is None else recorded(Path(texts))
    first, second = _named(a, a_env), _named(b, b_env)
    with Side(first) as one, Side(second) as other:
        return run(one, other, given=given, examples=max_examples, seed=seed)


def _named(name: str | PathLike[str], env: AnyPath | None) -> Named:
    from parity.api.asked import environment

    interpreter = None if env is None else environment(env)
    kind, _, rest = str(name).partition(":")
    text = str(name)
    if is_zoo(text):
        text = str(_folder(text))
    elif is_zoo(rest):
        text = f"{kind}:{_folder(rest)}"
    return named(text, interpreter)


def _folder(name: str) -> Path:
    return model(name).reference().program.parent
