"""Arguments of the wrong type are one line, and not whatever breaks on them further down."""

import difflib
import os
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import Parameter, signature
from numbers import Integral, Real
from typing import ParamSpec, TypeVar

from parity.api.watching import Watching
from parity.compare.tolerance import Tolerance
from parity.errors import UsageError
from parity.shown import shown

P = ParamSpec("P")
R = TypeVar("R")

Holds = Callable[[object], bool]


def typed(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which raises UsageError where an argument is of no type that it takes.

    What a name may be is the same in all of them: `WANTED`. None is taken where it is the default.
    """
    shape = signature(function)

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            bound = shape.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(_slip(function.__name__, kwargs, shape.parameters, error)) from None
        for name, value in bound.arguments.items():
            parameter = shape.parameters[name]
            if parameter.kind is Parameter.VAR_KEYWORD:
                held = {k: _held(function.__name__, k, v, optional=True) for k, v in value.items()}
                bound.arguments[name] = held
            else:
                optional = parameter.default is None
                bound.arguments[name] = _held(function.__name__, name, value, optional=optional)
        return function(*bound.args, **bound.kwargs)

    return checked


def _slip(
    function: str, given: Iterable[str], known: Mapping[str, Parameter], error: TypeError
) -> str:
    """What is wrong with a call: the first keyword that is none, else Python's own words."""
    odd = next((name for name in given if name not in known), None)
    return f"{function}(): {error}" if odd is None else _unexpected(function, odd, known)


def _unexpected(function: str, name: str, known: Iterable[str]) -> str:
    if name in ("atol", "rtol") and "tolerance" in known:
        hint = "; it is tolerance=parity.Tolerance(atol, rtol)"
    else:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
    return f"{function}() got an unexpected keyword argument {name!r}{hint}"


def _held(function: str, name: str, value: object, *, optional: bool) -> object:
    """The value, a number as Python's own; numpy's are none to JSON and to sockets."""
    if name not in WANTED:  # of what is passed on
        raise TypeError(_unexpected(function, name, WANTED))
    what, holds = WANTED[name]
    if not (holds(value) or (value is None and optional)):
        raise UsageError(f"{function}: {name} must be {what}, not {told(value)}")
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)


def told(value: object) -> str:
    """A value of the wrong type, in a few words."""
    text = repr(value) if isinstance(value, str | bytes | int | float | None) else ""
    kind = type(value).__name__
    return kind if not text or len(text) > 60 else f"{shown(text)} ({kind})"


def is_path(value: object) -> bool:
    """A text, or what `os.fspath` makes one of."""
    return isinstance(value, str) or (
        isinstance(value, os.PathLike) and isinstance(os.fspath(value), str)
    )


def is_feed(value: object) -> bool:
    """A path, or arrays by the names of inputs."""
    return is_path(value) or isinstance(value, Mapping)


def _is_case(value: object) -> bool:
    from parity.case import Case

    return isinstance(value, Case)


def _is(*kinds: type) -> Holds:
    return lambda value: isinstance(value, kinds)


def _number(kind: type) -> Holds:
    return lambda value: isinstance(value, kind) and not isinstance(value, bool)


def _texts(value: object) -> bool:
    return isinstance(value, str) or _several(value, lambda one: isinstance(one, str))


def _several(value: object, holds: Holds) -> bool:
    """Whether it is several of them. What can be gone through only once isn't looked into."""
    if not isinstance(value, Iterable) or isinstance(value, str | bytes | Mapping):
        return False
    return not isinstance(value, list | tuple | set | frozenset) or all(map(holds, value))


def _by_text(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(key, str) for key in value)


_PATH = ("a path", is_path)
_TEXT = ("a text", _is(str))
_WHOLE = ("a whole number", _number(Integral))
_SECONDS = ("a number of seconds", _number(Real))
_FLAG = ("True or False", _is(bool))
_OPTIONS = ("a mapping of options", _by_text)
_PATHS = ("a path, or several", lambda v: is_path(v) or _several(v, is_path))

WANTED: Mapping[str, tuple[str, Holds]] = {
    **dict.fromkeys(("candidate", "reference", "name", "out", "tokenizer", "env", "texts"), _PATH),
    **dict.fromkeys(("reference_env", "candidate_env", "database", "models"), _PATH),
    **dict.fromkeys(("precision", "picture", "plan", "reference_engine"), _TEXT),
    **dict.fromkeys(("candidate_engine", "engine", "exporter", "variant", "on"), _TEXT),
    **dict.fromkeys(("opset", "max_examples", "max_batch", "max_length", "seed"), _WHOLE),
    **dict.fromkeys(("budget_s", "shrink_budget_s", "explain_budget_s"), _SECONDS),
    **dict.fromkeys(("timeout_s", "open_timeout_s"), _SECONDS),
    **dict.fromkeys(("oracle", "strict", "force", "once", "require_all"), _FLAG),
    **dict.fromkeys(("reference_options", "candidate_options", "options", "map_output"), _OPTIONS),
    **dict.fromkeys(("threads", "warmup", "rounds"), _WHOLE),
    **dict.fromkeys(
        ("lengths", "batches"), ("whole numbers", lambda v: _several(v, _number(Integral)))
    ),
    "engines": ("several texts", lambda v: _texts(v) and not isinstance(v, str)),
    "watch": ("a function", callable),
    "exporter_options": _OPTIONS,
    "exporters": ("several texts", lambda v: _texts(v) and not isinstance(v, str)),
    "candidates": _PATHS,
    "candidate_envs": ("several paths", lambda v: _several(v, is_path)),
    "case": ("a case, or its path or name", lambda v: is_path(v) or _is_case(v)),
    "tolerance": ("a parity.Tolerance", _is(Tolerance)),
    "feed": ("a path, or arrays by input", is_feed),
    "feeds": (
        "a path, arrays by input, or several of these",
        lambda v: is_feed(v) or _several(v, is_feed),
    ),
    "inputs": ("a text, or several", _texts),
    "precisions": ("several texts", lambda v: _texts(v) and not isinstance(v, str)),
    "opsets": ("a text, or whole numbers", lambda v: _texts(v) or _several(v, _number(Integral))),
    "task": ("a name, or a mapping of its keys", lambda v: isinstance(v, str) or _by_text(v)),
    "each": ("a function", callable),
    "progress": ("True, False or a Watching", _is(bool, Watching)),
}
"""What each name takes, in words and as a question, in every function of the API."""
