"""Saves and exports the models of ``nets``; run as ``build.py FOLDER pir|pdmodel``.

A process of its own, because the choice between Paddle's two program formats is made
when paddle is imported.
"""
# mypy: ignore-errors

import importlib.util
import os
import sys
from pathlib import Path

if sys.argv[2] == "pdmodel":
    os.environ["FLAGS_enable_pir_api"] = "0"  # noqa: SIM112  paddle spells it so

import paddle
import paddle2onnx
from paddle.base.layer_helper import LayerHelper
from paddle.static import InputSpec

HERE = Path(__file__).parent


def matmul(x, y, transpose_x=False, transpose_y=False, name=None):
    """paddle.matmul of 3.3.1 refuses the variables of the old program format."""
    helper = LayerHelper("matmul_v2")
    out = helper.create_variable_for_type_inference(x.dtype)
    helper.append_op(
        type="matmul_v2",
        inputs={"X": x, "Y": y},
        outputs={"Out": out},
        attrs={"trans_x": transpose_x, "trans_y": transpose_y},
    )
    return out


if sys.argv[2] == "pdmodel":
    paddle.matmul = paddle.tensor.matmul = matmul


def main(root: Path, form: str) -> None:
    for path in sorted((HERE / "nets").glob("*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        if form == "pdmodel" and getattr(module, "PIR_ONLY", False):
            continue
        paddle.seed(3)
        net = module.Net()
        net.eval()
        specs = [InputSpec(shape, dtype, name) for name, (dtype, shape) in module.INPUTS.items()]
        static = paddle.jit.to_static(net, input_spec=specs, full_graph=True)
        paddle.jit.save(static, str(root / path.stem / "inference"))
        program = root / path.stem / f"inference.{'json' if form == 'pir' else 'pdmodel'}"
        paddle2onnx.export(
            str(program),
            str(program.with_suffix(".pdiparams")),
            str(root / path.stem / "model.onnx"),
            opset_version=13,
            auto_upgrade_opset=True,
            verbose=False,
            enable_onnx_checker=True,
            optimize_tool="None",
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
