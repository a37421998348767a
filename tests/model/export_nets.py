"""Exports the models of build_nets.py; run as ``export_nets.py FOLDER OPSET …``.

A process of its own, because Paddle2ONNX may abort.
"""

import sys
from pathlib import Path

import paddle2onnx

# No converter, or none at opset 7: Paddle2ONNX 2.1.0 aborts on it.
UNSUPPORTED = ("sequence_mask", "buckets")


def main(root: Path, opsets: list[int]) -> None:
    for program in sorted([*root.glob("*/inference.json"), *root.glob("*/inference.pdmodel")]):
        if program.parent.name in UNSUPPORTED:
            continue
        parameters = program.with_suffix(".pdiparams")
        for opset in opsets:
            paddle2onnx.export(
                str(program),
                str(parameters) if parameters.exists() else "",
                str(program.with_name(f"opset{opset}.onnx")),
                opset_version=opset,
                auto_upgrade_opset=True,
                verbose=False,
                enable_onnx_checker=True,
                optimize_tool="None",
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(opset) for opset in sys.argv[2:]])
