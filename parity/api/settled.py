"""What a project's file says of a check's options, for whoever calls one and doesn't say it."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial, wraps
from inspect import signature
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from parity.errors import UsageError
from parity.settings import Key, Setting, find, holding, ignored, line, read

P = ParamSpec("P")
R = TypeVar("R")

TABLE = "check"

PRECISIONS = ("fp32", "fp16", "int8")

KEYS: Mapping[str, Key] = {
    **dict.fromkeys(
        ("reference", "tokenizer", "database", "models", "json", "bundle"), Key("path")
    ),
    **dict.fromkeys(("reference-env", "candidate-env"), Key("path")),
    **dict.fromkeys(("inputs", "picture", "reference-engine", "candidate-engine"), Key("text")),
    **dict.fromkeys(("opset", "max-examples", "max-batch", "max-length", "seed"), Key("whole")),
    **dict.fromkeys(("rtol", "atol", "budget", "shrink-budget"), Key("number")),
    **dict.fromkeys(("explain-budget", "timeout", "open-timeout"), Key("number")),
    **dict.fromkeys(("oracle", "sweep", "strict", "quiet", "verbose"), Key("flag")),
    **dict.fromkeys(("input", "map-output"), Key("text", many=True)),
    **dict.fromkeys(("reference-option", "candidate-option"), Key("text", many=True)),
    "feeds": Key("path", many=True),
    "precision": Key("text", choices=PRECISIONS),
    "rule": Key("text", choices=("max", "elementwise")),
    "annotations": Key("text", choices=("auto", "github", "none")),
}
"""All that the table may hold: the options of the command, by their names there."""

KEYWORDS: Mapping[str, str] = {
    **{name: name.replace("-", "_") for name in KEYS},
    **{name: f"{name.replace('-', '_')}_s" for name in ("budget", "shrink-budget")},
    **{
        name: f"{name.replace('-', '_')}_s"
        for name in ("explain-budget", "timeout", "open-timeout")
    },
    **dict.fromkeys(("rtol", "atol", "rule"), "tolerance"),
    "inputs": "plan",
    "input": "inputs",
    "reference-option": "reference_options",
    "candidate-option": "candidate_options",
}
"""Of each key the keyword of `check`; keys of the command alone are passed over there."""

_LEAST = {"max-examples": 100, "max-batch": 4, "max-length": 512}
"""What is run, and bounds of feeds, where nobody says it; less leaves out what would be fed."""

# What settles how a model is fed, or what runs it, may keep a fault out of sight.
_OTHERWISE = {
    "input": "as the graph says",
    "inputs": "by the inputs",
    **dict.fromkeys(("reference-engine", "candidate-engine"), "by the format"),
    **dict.fromkeys(("reference-option", "candidate-option"), "none"),
    **dict.fromkeys(("reference-env", "candidate-env"), "this one"),
}


def settled(function: Callable[P, R]) -> Callable[P, R]:
    """A check that takes what its caller leaves unsaid from the project's file, if there is one.

    What was taken is held meanwhile, so that reports show it; where it makes the verdict weaker,
    Python warns, since nobody may have asked for a report. Raises UsageError, with file and key.
    """
    shape = signature(function)
    ours = {KEYWORDS[key] for key in KEYS} & set(shape.parameters)

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        said = set(shape.bind(*args, **kwargs).arguments)
        if said >= ours or ignored() or (found := find(Path.cwd())) is None:
            return function(*args, **kwargs)
        every = read(found, TABLE, KEYS)
        standing = [s for s in every if KEYWORDS[s.key] in ours - said]
        if not standing or kwargs.get("precision", "fp32") not in PRECISIONS:  # and says so
            return function(*args, **kwargs)
        taken = _taken(standing, kwargs.get("precision"))
        precision = str({"precision": "fp32", **kwargs, **taken}["precision"])
        told = tuple(replace(s, weaker=weaker(s, precision)) for s in standing)
        for text in line(s for s in told if s.weaker):
            warnings.warn(f"settings of {text}", stacklevel=3)  # of who called what is typed
        with holding(told):
            return function(*args, **kwargs | taken)  # type: ignore[arg-type]

    return checked


def weaker(setting: Setting, precision: str) -> str:
    """What it would be without a setting that lets more pass, or looks at less; "" for others."""
    value: Any = setting.value
    if setting.key in _OTHERWISE:
        return _OTHERWISE[setting.key]
    if setting.key in _LEAST:
        least = _LEAST[setting.key]
        return str(least) if value < least else ""
    match setting.key:
        case "budget":
            return "no limit"
        case "precision" if value != "fp32":
            return "fp32"
        case "rtol" | "atol":
            from parity.compare.tolerance import DEFAULTS

            default = getattr(DEFAULTS[precision], setting.key)
            return f"{default:g}" if value > default else ""
    return ""


def _taken(settings: list[Setting], precision: object) -> dict[str, object]:
    """The keywords that settings come to."""
    from parity.api.spelled import tolerance

    made: dict[str, object] = {}
    by_key = {s.key: s for s in settings}
    for setting in settings:
        if KEYWORDS[setting.key] != "tolerance":
            made[KEYWORDS[setting.key]] = _in_file(setting, partial(_value, setting))
    parts = [by_key[key] for key in ("rtol", "atol", "rule") if key in by_key]
    if parts:
        numbers: dict[str, Any] = {s.key: s.value for s in parts}
        of = str(made.get("precision", precision or "fp32"))
        made["tolerance"] = _in_file(parts[0], lambda: tolerance(
            of, numbers.get("rule", "max"), numbers.get("rtol"), numbers.get("atol")
        ))  # fmt: skip
    return made


def _value(setting: Setting) -> object:
    from parity.api.asked import in_range
    from parity.api.spelled import pairs, renamed

    value: Any = setting.value
    match setting.key:
        case "map-output":
            return renamed(value)
        case "reference-option" | "candidate-option":
            return pairs(value, option=setting.key)
    in_range(KEYWORDS[setting.key], value)
    return value


def _in_file(setting: Setting, make: Callable[[], object]) -> object:
    try:
        return make()
    except UsageError as error:
        raise UsageError(f"{setting.file}: [{TABLE}] {setting.key}: {error}") from error
