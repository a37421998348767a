"""What the gate is told on pytest's command line."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from parity import files, plugins
from parity.annotate.note import CHOICES
from parity.errors import ParityError
from parity.pytest_plugin import _settled
from parity.pytest_plugin._part import shard_asked
from parity.settings import Setting
from parity.shown import shown

if TYPE_CHECKING:
    from parity.gate.run import Settings
    from parity.gate.shard import Shard


@dataclass(frozen=True)
class Profile:
    """How hard to look.

    scale: of each case's number of examples. fresh: a seed of its own for each
    session. remembers: whether failing examples are kept in the user's cache.
    every_length: whether all lengths are fed, and not only some of them in turn.
    """

    scale: float
    fresh: bool = False
    remembers: bool = True
    every_length: bool = False


PROFILES = {
    "dev": Profile(0.25),
    "ci": Profile(1.0, remembers=False),
    "nightly": Profile(10.0, fresh=True, remembers=False, every_length=True),
}


@dataclass(frozen=True)
class Chosen:
    """The options. given: whether there was any. cases: names; none for all."""

    given: bool
    folders: tuple[Path, ...]
    cases: tuple[str, ...]
    opsets: tuple[int, ...]
    precisions: tuple[str, ...]
    engine: str | None
    profile: str
    examples: int | None
    seed: int
    budget_s: float | None
    explain_s: float | None
    models: Path | None
    database: Path | None
    blobs: tuple[str, ...]
    json: Path | None
    markdown: Path | None
    bundles: Path | None
    strict: bool
    require_all: bool
    annotations: str = "auto"
    html: Path | None = None
    baseline: Path | None = None
    shard: "Shard | None" = None
    from_files: tuple[Setting, ...] = ()

    def __str__(self) -> str:
        amount = f"{self.examples} examples" if self.examples else f"examples x{self._scale:g}"
        kept = f", failing examples in {self.database}" if self.database else ""
        part = f", shard {self.shard}" if self.shard else ""
        return f"profile {self.profile}, {amount}, --parity-seed={self.seed}{kept}{part}"

    @property
    def _scale(self) -> float:
        return PROFILES[self.profile].scale

    def settings(self) -> "Settings":
        """The same, as the gate wants it."""
        from parity.gate.models import Roots
        from parity.gate.run import Settings
        from parity.verify.request import Effort

        explained = {} if self.explain_s is None else {"explain_s": self.explain_s}
        return Settings(
            **explained,
            roots=Roots.of(self.models),
            effort=Effort(
                budget_s=self.budget_s,
                seed=self.seed,
                every_length=PROFILES[self.profile].every_length,
            ),
            examples=self.examples,
            scale=self._scale,
            database=self.database,
            replay=self.blobs,
            strict=self.strict,
        )


def _options() -> dict[str, dict[str, Any]]:
    """Every option by its name behind --parity-, as pytest takes it."""
    many, path = {"action": "append", "default": []}, {"type": Path, "default": None}
    return {
        "cases": many | {"type": Path, "metavar": "DIR", "help": "look for cases there"},
        "case": many | {"metavar": "NAME", "help": "this case only; may be repeated"},
        "opset": {"metavar": "N", "help": "opsets, as 13, 7-16 or 11,13; default: the case's"},
        "precision": many | {"metavar": "NAME", "help": "fp32, fp16 or int8; may be repeated"},
        "engine": {"metavar": "NAME", "help": "engine of the candidates; default: by format"},
        "profile": {
            "choices": list(PROFILES),
            "help": "default: dev, a quarter of each case's examples; ci: all, none kept from "
            "earlier runs; nightly: ten times as many, of a new seed, and every length",
        },
        "examples": {"type": int, "metavar": "N", "help": "generated examples for each cell"},
        "seed": {"type": int, "metavar": "N", "help": "of everything drawn; default: 0"},
        "budget": {
            "type": float,
            "metavar": "SECONDS",
            "help": "for a cell's generated examples",
        },
        "explain_budget": {
            "type": float,
            "metavar": "SECONDS",
            "help": "for saying why a cell fails; 0 runs nothing for it; default: 20",
        },
        "models": path | {"metavar": "DIR", "help": "models that you bring; or $PARITY_MODELS"},
        "database": path | {"metavar": "DIR", "help": "failing examples, to be tried first"},
        "blob": many | {"metavar": "BLOB", "help": "an example that a failing cell has printed"},
        "json": path | {"metavar": "FILE", "help": "write every figure as JSON"},
        "markdown": path | {"metavar": "FILE", "help": "write the table, for a CI summary"},
        "html": path | {"metavar": "FILE", "help": "write the report as a page, one file"},
        "baseline": path
        | {
            "metavar": "FILE",
            "help": "an older report in JSON: the page says what is new, fixed and the same since",
        },
        "annotations": {
            "choices": CHOICES,
            "help": "notes at the lines of a change; default: in a workflow of GitHub's",
        },
        "bundles": path | {"metavar": "DIR", "help": "write the evidence of each failing cell"},
        "strict": {"action": "store_true", "help": "a cell with a warning is a failure"},
        "shard": {
            "metavar": "I/N",
            "help": "run only this of N parts, as 3/8; parity merge puts them together",
        },
        "require_all": {
            "action": "store_true",
            "help": "a cell that can't be run, its model not being here, is a failure",
        },
    }


def add(parser: pytest.Parser) -> None:
    """Declare the options, and the same keys of pytest's configuration."""
    group = parser.getgroup("parity", "parity between Paddle models and their ONNX exports")
    options = _options()
    required = {"dest": "parity_require_all", **options["require_all"]}
    for name, how in options.items():
        if name != "require_all":
            group.addoption(f"--parity-{name.replace('_', '-')}", dest=f"parity_{name}", **how)
    try:
        group.addoption("--require-all", "--parity-require-all", **required)
    except ValueError:  # another plugin's
        group.addoption("--parity-require-all", **required)
    _settled.declare(parser, options)


def choose(config: pytest.Config) -> Chosen:
    """The options, checked. Raises pytest.UsageError."""
    given = {
        name.removeprefix("parity_"): value
        for name, value in vars(config.option).items()
        if name.startswith("parity_")
    }
    try:
        return _choose(given, config)
    except ParityError as error:
        raise pytest.UsageError(shown(error)) from error


def _choose(given: dict[str, Any], config: pytest.Config) -> Chosen:
    here = config.invocation_params.dir
    said = any(v not in (None, [], False) for v in given.values())
    settings = _settled.settle(config, given, _options())
    given["profile"] = given["profile"] or "dev"
    profile = PROFILES[given["profile"]]
    seed = given["seed"]
    if seed is None:
        drawn = secrets.randbelow(2**31) if profile.fresh else 0
        seed = getattr(config, "workerinput", {}).get("parity_seed", drawn)
    database = given["database"]
    if database is None and profile.remembers:
        database = files.examples()
    elif database is not None:
        files.check_writable(here / database)
    places = {name: _under(here, given[name]) for name in ("json", "markdown", "html", "bundles")}
    if any(places.values()):
        from parity.report import targets

        json, markdown, html, bundles = places.values()
        targets.check(prefix="--parity-", json=json, markdown=markdown, html=html, bundles=bundles)
    baseline = _under(here, given["baseline"])
    if baseline is not None:
        _check_baseline(baseline, places["html"])
    for name, lowest in (("examples", 1), ("seed", 0)):
        if given[name] is not None and given[name] < lowest:
            raise pytest.UsageError(f"--parity-{name} {given[name]}: from {lowest} up")
    if given["budget"] is not None and not given["budget"] > 0:
        raise pytest.UsageError(f"--parity-budget {given['budget']:g}: give seconds above zero")
    if given["explain_budget"] is not None and not given["explain_budget"] >= 0:
        asked = f"--parity-explain-budget {given['explain_budget']:g}"
        raise pytest.UsageError(f"{asked}: give seconds from 0 up")
    return Chosen(
        given=said,
        folders=tuple(_folder(here / path) for path in given["cases"]),
        cases=tuple(given["case"]),
        opsets=_opsets(given["opset"]),
        precisions=_precisions(given["precision"]),
        engine=_engine(given["engine"]),
        profile=given["profile"],
        examples=given["examples"],
        seed=seed,
        budget_s=given["budget"],
        explain_s=given["explain_budget"],
        models=_under(here, given["models"]),
        database=_under(here, database),
        blobs=tuple(given["blob"]),
        json=places["json"],
        markdown=places["markdown"],
        html=places["html"],
        baseline=baseline,
        bundles=places["bundles"],
        strict=given["strict"],
        require_all=given["require_all"],
        annotations=given["annotations"] or "auto",
        shard=shard_asked(given["shard"]),
        from_files=tuple(settings),
    )


def _check_baseline(baseline: Path, html: Path | None) -> None:
    """Raise before the work what would be raised after it."""
    from parity.page import load

    if html is None:
        raise pytest.UsageError("--parity-baseline without --parity-html: it is for the page")
    load.read(baseline)


def _under(here: Path, path: Path | None) -> Path | None:
    return None if path is None else here / path


def _folder(path: Path) -> Path:
    from parity.gate.cells import folders

    folders(path)
    return path.resolve()


def _opsets(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    from parity.gate.cells import opset_range

    return opset_range(text)


def _precisions(names: list[str]) -> tuple[str, ...]:
    if not names:
        return ()
    from parity.case import PRECISIONS

    for name in names:
        if name not in PRECISIONS:
            raise pytest.UsageError(plugins.unknown("precision", name, PRECISIONS))
    return tuple(names)


def _engine(name: str | None) -> str | None:
    if name is not None and not plugins.known("engines", name):
        raise pytest.UsageError(plugins.unknown("engine", name, plugins.names("engines")))
    return name
