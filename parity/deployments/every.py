"""The ways to deploy a model that parity knows."""

from parity.deployments.deployment import Deployment
from parity.verify.reference import cores


def every() -> tuple[Deployment, ...]:
    """In the order of the table. Whether one can run here is seen when it is run."""
    many = max(2, cores())  # on one core, threads that share it
    levels = [
        Deployment(f"ort, optimisation {level}", "ort", {"optimization": level})
        for level in ("all", "extended", "basic", "disable")
    ]
    return (
        *levels,
        Deployment("ort, 1 thread", "ort", {"threads": 1}),
        Deployment(f"ort, {many} threads", "ort", {"threads": many}),
        Deployment("ort, batch 1", "ort", max_batch=1),
        Deployment("ort on CUDA", "ort", {"provider": "cuda"}),
        Deployment("ort on TensorRT", "ort", {"provider": "tensorrt"}),
        Deployment("openvino, f32", "openvino", {"precision": "f32"}),
        Deployment("openvino, default", "openvino", {"precision": "default"}),
        Deployment("p2o's file in ort", "ort", model="p2o"),
        Deployment("paddle, oneDNN", "paddle", {"onednn": True}, model="reference"),
        Deployment(
            "paddle, plain", "paddle", {"onednn": False, "ir_optim": False}, model="reference"
        ),
    )
