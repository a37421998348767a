"""Run a model in every way, against one reference, on the same feeds."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from parity.deployments.deployment import Deployed, Deployment
from parity.errors import EngineError, ExportError, UsageError
from parity.exports._by import By
from parity.exports.derive import derive
from parity.model.artifact import Artifact, resolve
from parity.model.precisions import COMPUTED
from parity.verify.progress import Watcher, nobody
from parity.verify.reference import Reference, reference_of
from parity.verify.request import Request, Side
from parity.verify.run import verify

P2O_OPSET = 17
"""From there on LayerNormalization is an operator, which p2o writes."""


def run(
    request: Request, ways: Sequence[Deployment], watch: Watcher = nobody
) -> Iterator[Deployed]:
    """What comes of each, as it is done.

    request: with the candidate's ONNX file; its engine and options are replaced. The reference is
    loaded once, and runs each feed once: the seed is the same for all, and so are the feeds.
    Raises UsageError for a candidate that is no ONNX file, and what the reference's failing
    raises: then there is nothing to compare with.
    """
    if request.candidate.model.format != "onnx":
        raise UsageError(
            f"{request.candidate.model.program}: is no ONNX file, whose deployments are compared"
        )
    if request.precision in COMPUTED:
        raise UsageError(
            f"{request.precision} is what one engine computes a file in, and a sweep has each "
            "compute as it does: ask for the precision of the file, as fp32"
        )
    with reference_of(
        request.reference, remember=True, open_timeout_s=request.open_timeout_s,
        run_timeout_s=request.run_timeout_s,
    ) as reference:  # fmt: skip
        _check(reference)
        for way in ways:
            yield _deployed(request, way, reference, watch)


def _check(reference: Reference) -> None:
    """Raise EngineError where it doesn't load: that is no row's fault."""
    from parity.engines import EngineInfo

    reference.start()
    ready = reference.ready()
    if not isinstance(ready, EngineInfo):
        raise EngineError(f"{reference.worker.model.program}: the reference fails: {ready}")


def _deployed(request: Request, way: Deployment, reference: Reference, watch: Watcher) -> Deployed:
    try:
        model = _model(request, way)
        side = Side(model, way.engine, way.options)
        asked = replace(request, candidate=side, max_batch=way.max_batch or request.max_batch)
        result = verify(asked, watch, reference=reference)
    except (EngineError, ExportError, UsageError) as error:
        if not reference.worker.alive and not isinstance(error, ExportError | UsageError):
            _check(reference)  # raises where it was the reference that failed
        return Deployed(way, "not run", " ".join(str(error).split()))
    return Deployed(way, "parity" if result.passed else "differs", result=result)


_PADDLE = {"onednn": True, "ir_optim": True}  # unless said otherwise


def _is_reference(reference: Side, way: Deployment) -> bool:
    """Whether a way is what the reference runs by anyway."""
    mine, its = {**_PADDLE, **way.options}, {**_PADDLE, **reference.options}
    same = all(mine[key] == its[key] for key in _PADDLE)
    return reference.engine == way.engine and reference.interpreter is None and same


def _model(request: Request, way: Deployment) -> Artifact:
    """What runs. Raises UsageError or ExportError where there is none for it."""
    reference = request.reference.model
    if way.model == "candidate":
        return request.candidate.model
    if request.family != "fp32":
        raise UsageError(f"is FP32, and {request.precision.upper()} is checked")
    if reference.format == "onnx":
        raise UsageError("the reference is no Paddle model")
    if way.model == "reference":
        if _is_reference(request.reference, way):
            raise UsageError("is the reference itself: it would be compared with itself")
        return reference
    made = derive(reference, opset=P2O_OPSET, precision="fp32", by=By("p2o"))
    return resolve(made.path)
