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

PRECISIONS = ("fp32", "fp16", "int8", "int8-static", "bf16", "optimized", "fused")

KEYS: Mapping[str, Key] = {
    **dict.fromkeys(
        ("reference", "tokenizer", "database", "models", "json", "html", "baseline", "bundle"),
        Key("path"),
    ),
    **dict.fromkeys(("reference-env", "candidate-env"), Key("path")),
    **dict.fromkeys(("inputs", "picture", "reference-engine", "candidate-engine"), Key("text")),
    **dict.fromkeys(("opset", "max-examples", "max-batch", "max-length", "seed"), Key("whole")),
    **dict.fromkeys(("rtol", "atol", "budget", "shrink-budget"), Key("number")),
    **dict.fromkeys(("explain-budget", "timeout", "open-timeout"), Key("number")),
    **dict.fromkeys(("oracle", "sweep", "family", "strict", "quiet", "verbose"), Key("flag")),
    **dict.fromkeys(("input", "map-output"), Key("text", many=True)),
    **dict.fromkeys(("reference-option", "candidate-option"), Key("text", many=True)),
    "exporter": Key("text"),
    "exporter-option": Key("text", many=True),
    "feeds": Key("path", many=True),
    "precision": Key("text", choices=PRECISIONS),
    "rule": Key("text", choices=("max", "elementwise")),
    "annotations": Key("text", choices=("auto", "github", "none")),
}
"""All that the table may hold: the options of the command, by their names there."""

OF_COMMAND = frozenset(
    (
        "models",
        "json",
        "html",
        "baseline",
        "bundle",
        "sweep",
        "family",
        "quiet",
        "verbose",
        "annotations",
    )
)
"""Those that say what the command prints and writes, and not what is run."""

OF_CHECK: Mapping[str, str] = {
    **{name: name.replace("-", "_") for name in KEYS if name not in OF_COMMAND},
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
    "exporter-option": "exporter_options",
}
"""Of each key the keyword of `check`."""

OF_CASE: Mapping[str, str] = {
    **{name: OF_CHECK[name] for name in ("opset", "seed", "strict", "database", "timeout")},
    **{name: OF_CHECK[name] for name in ("budget", "shrink-budget", "explain-budget")},
    "models": "models",
    "candidate-engine": "engine",
}
"""The same of `check_case`: what a project may say for cases, too; the case decides the others."""

_LEAST = {"max-examples": 100, "max-batch": 4, "max-length": 512}
"""What is run, and bounds of feeds, where nobody says it; less leaves out what would be fed."""

# What settles how a model is fed, or what runs it, may keep a fault out of sight.
_OTHERWISE = {
    "input": "as the graph says",
    "inputs": "by the inputs",
    **dict.fromkeys(("reference-engine", "candidate-engine"), "by the format"),
    **dict.fromkeys(("reference-option", "candidate-option"), "none"),
    **dict.fromkeys(("reference-env", "candidate-env"), "this one"),
    "exporter": "what lies there, or Paddle2ONNX",
    "exporter-option": "none",
}


def settled(keywords: Mapping[str, str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For a function that takes what its caller leaves unsaid from the project's file.

    keywords: its own, by the keys of the file that hold for it. What was taken is held meanwhile,
    so that reports show it; where it makes the verdict weaker, Python warns, since nobody may have
    asked for a report. The function raises UsageError, with file and key, for what is wrong there.
    """

    def made(function: Callable[P, R]) -> Callable[P, R]:
        shape = signature(function)

        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            said = set(shape.bind(*args, **kwargs).arguments)
            found = None if said >= set(keywords.values()) or ignored() else find(Path.cwd())
            every = [] if found is None else read(found, TABLE, KEYS)
            standing = [s for s in every if s.key in keywords and keywords[s.key] not in said]
            precision = kwargs.get("precision") or "fp32"
            if not standing or precision not in PRECISIONS:  # which the function says itself
                return function(*args, **kwargs)
            taken = _taken(standing, keywords, str(precision))
            precision = str(taken.get("precision", precision))
            told = tuple(replace(s, weaker=weaker(s, precision)) for s in standing)
            for text in line(s for s in told if s.weaker):
                warnings.warn(f"settings of {text}", stacklevel=3)  # of who called what is typed
            with holding(told):
                return function(*args, **kwargs | taken)  # type: ignore[arg-type]

        return checked

    return made


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


def _taken(
    settings: list[Setting], keywords: Mapping[str, str], precision: str
) -> dict[str, object]:
    """The keywords that settings come to."""
    from parity.api.spelled import tolerance

    parts = {s.key: s for s in settings if keywords[s.key] == "tolerance"}
    made: dict[str, object] = {
        keywords[s.key]: _in_file(s, partial(_value, s)) for s in settings if s.key not in parts
    }
    if parts:
        numbers: dict[str, Any] = {key: s.value for key, s in parts.items()}
        of = str(made.get("precision", precision))
        made["tolerance"] = _in_file(
            next(iter(parts.values())),
            lambda: tolerance(
                of, numbers.get("rule", "max"), numbers.get("rtol"), numbers.get("atol")
            ),
        )
    return made


def _value(setting: Setting) -> object:
    from parity.api.asked import in_range
    from parity.api.spelled import pairs, renamed

    value: Any = setting.value
    match setting.key:
        case "map-output":
            return renamed(value)
        case "reference-option" | "candidate-option" | "exporter-option":
            return pairs(value, option=setting.key)
    in_range(OF_CHECK.get(setting.key, setting.key), value)
    return value


def _in_file(setting: Setting, make: Callable[[], object]) -> object:
    try:
        return make()
    except UsageError as error:
        raise UsageError(f"{setting.file}: [{TABLE}] {setting.key}: {error}") from error
