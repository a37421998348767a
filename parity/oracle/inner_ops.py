"""The formulas as operators of onnx's evaluator, which runs branches and bodies itself."""

from typing import Any

from onnx.reference.op_run import OpRun

from parity.oracle.formulas import FORMULAS, Formula
from parity.oracle.width import wide


def _operator(name: str, formula: Formula) -> type[OpRun]:
    def run(self: Any, *inputs: Any, **_: Any) -> tuple[Any, ...]:
        node = self.onnx_node
        if not all(node.output):
            # The evaluator would keep what has no name as the input that is left out.
            raise NotImplementedError(name)
        # What is stored inside of a branch comes as it is stored.
        made = formula(node, [wide(v) for v in inputs], self.run_params["opsets"][""])
        return tuple(made[: len(node.output)])

    return type(name, (OpRun,), {"op_domain": "", "_run": run})


NEW_OPS = [_operator(name, formula) for name, formula in FORMULAS.items()]
"""For ``ReferenceEvaluator(new_ops=…)``. Of Cast onnx's own is kept there: it knows more types."""
