"""What may be said of a check, beside the two models. `check` describes each."""

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import TypedDict

from numpy.typing import ArrayLike

from parity.api.watching import Watching
from parity.compare.tolerance import Tolerance

AnyPath = str | PathLike[str]

Scalar = str | int | float | bool

OneFeed = AnyPath | Mapping[str, ArrayLike]
"""A file or folder of feeds, or the arrays of one by the names of the inputs."""

Feeds = OneFeed | Iterable[OneFeed]

Task = str | Mapping[str, object]


class Options(TypedDict, total=False):
    """The keywords of `check`, for what passes them on."""

    precision: str
    opset: int | None
    tolerance: Tolerance | None
    tokenizer: AnyPath | None
    feeds: Feeds | None
    picture: str | None
    inputs: str | Iterable[str] | None
    plan: str | None
    task: Task | None
    map_output: Mapping[str, str] | None
    max_examples: int
    max_batch: int | None
    max_length: int | None
    seed: int
    budget_s: float | None
    shrink_budget_s: float
    explain_budget_s: float
    timeout_s: float
    open_timeout_s: float
    reference_engine: str | None
    candidate_engine: str | None
    reference_options: Mapping[str, Scalar] | None
    candidate_options: Mapping[str, Scalar] | None
    reference_env: AnyPath | None
    candidate_env: AnyPath | None
    exporter: str | None
    exporter_options: Mapping[str, Scalar] | None
    oracle: bool
    strict: bool
    database: AnyPath | None
    progress: bool | Watching
