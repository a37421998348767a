"""Find the parts of an exported ERNIE by how they are connected, and change them.

Raw Paddle2ONNX exports hold weights as Constant nodes, optimised ones as
initializers; names are the exporter's. Both are looked up the same way here.
"""

from collections.abc import Callable, Iterable

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Floats = NDArray[np.float32]


class Surgery:
    """A copy of a model under the knife; ``model`` is what comes out."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = onnx.ModelProto()
        self.model.CopyFrom(model)
        self.graph = self.model.graph
        self._fresh = 0

    # What is where.

    def of(self, *kinds: str) -> list[onnx.NodeProto]:
        """The nodes of an operator, in order."""
        return [n for n in self.graph.node if n.op_type in kinds]

    def maker(self, name: str) -> onnx.NodeProto | None:
        """The node behind a tensor, past Identity and Cast; None for an input or initializer."""
        for node in self.graph.node:
            if name in node.output:
                if node.op_type in ("Identity", "Cast"):
                    return self.maker(node.input[0])
                return node
        return None

    def source(self, name: str) -> str:
        """A tensor's name before Identity and Cast."""
        for node in self.graph.node:
            if name in node.output and node.op_type in ("Identity", "Cast"):
                return self.source(node.input[0])
        return name

    def users(self, name: str) -> list[onnx.NodeProto]:
        """The nodes that read a tensor, also through Identity and Cast."""
        found = []
        for node in self.graph.node:
            if name in node.input:
                if node.op_type in ("Identity", "Cast"):
                    found += self.users(node.output[0])
                else:
                    found.append(node)
        return found

    def constant(self, name: str) -> str | None:
        """The constant behind a tensor; None if it is computed."""
        name = self.source(name)
        return name if self._tensor(name) is not None else None

    def constant_input(self, node: onnx.NodeProto) -> str:
        """The one constant that a node reads."""
        found = [c for c in map(self.constant, node.input) if c is not None]
        assert len(found) == 1, (node.op_type, node.output, found)
        return found[0]

    def depends_on(self, name: str, wanted: Callable[[onnx.NodeProto], bool]) -> bool:
        """Whether such a node is among a tensor's ancestors."""
        seen: set[str] = set()
        todo = [name]
        while todo:
            tensor = todo.pop()
            if tensor in seen:
                continue
            seen.add(tensor)
            for node in self.graph.node:
                if tensor in node.output:
                    if wanted(node):
                        return True
                    todo += node.input
        return False

    def table(self, wanted: Callable[[str], bool]) -> str:
        """The constant that a Gather reads whose indices are the wanted tensor."""
        for node in self.of("Gather"):
            if wanted(self.source(node.input[1])):
                direct = self.constant(node.input[0])
                if direct is not None:
                    return direct
                # padding_idx: the table times ones with a row of zeros.
                mask = self.maker(node.input[0])
                assert mask is not None, "a Gather of what no node makes"
                return str(mask.input[0])
        raise AssertionError("no such Gather in this model")

    @property
    def words(self) -> str:
        """The word table."""
        return self.table(lambda indices: indices == "input_ids")

    @property
    def words_mask(self) -> str:
        """What the word table is multiplied with: ones, and zeros in the row of the pad id."""
        product = self.users(self.words)[0]
        return str(product.input[1])

    @property
    def segments(self) -> str:
        """The table of segments."""
        return self.table(lambda indices: indices == "token_type_ids")

    @property
    def positions(self) -> str:
        """The table of positions."""
        return self.table(lambda indices: self._counted(indices, "Sub"))

    @property
    def linear(self) -> list[onnx.NodeProto]:
        """The products with a weight: query, key, value, out, up, down of each layer, the head."""
        return [n for n in self.of("MatMul") if self.constant(n.input[1]) is not None]

    def weight(self, node: onnx.NodeProto) -> str:
        """The weight of a linear map."""
        return self.constant_input(node)

    def bias(self, node: onnx.NodeProto) -> str:
        """The bias behind a linear map."""
        (add,) = self.users(node.output[0])
        assert add.op_type == "Add", add.op_type
        return self.constant_input(add)

    @property
    def mask(self) -> onnx.NodeProto:
        """The product that makes the additive mask out of ``ids == pad``."""
        (equal,) = self.of("Equal")
        (product,) = self.users(equal.output[0])
        assert product.op_type == "Mul", product.op_type
        return product

    @property
    def epsilons(self) -> list[str]:
        """The epsilon of each LayerNorm, which is spelled out below opset 17."""
        added = [self.maker(node.input[0]) for node in self.of("Sqrt")]
        return [self.constant_input(node) for node in added if node is not None]

    @property
    def norms(self) -> list[str]:
        """The output of each LayerNorm."""
        outputs = []
        for sqrt in self.of("Sqrt"):
            node = sqrt
            for kind in ("Div", "Mul", "Add"):
                (node,) = self.users(node.output[0])
                assert node.op_type == kind, (node.op_type, kind)
            outputs.append(str(node.output[0]))
        return outputs

    # What is done to it.

    def get(self, name: str) -> NDArray[np.generic]:
        """A constant's value."""
        tensor = self._tensor(name)
        assert tensor is not None, name
        return np.array(numpy_helper.to_array(tensor))

    def set(self, name: str, value: NDArray[np.generic]) -> None:
        """Give a constant another value."""
        tensor = self._tensor(name)
        assert tensor is not None, name
        tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value), name))

    def change(self, name: str, how: Callable[[Floats], Floats | None]) -> None:
        """Change a constant, in place or by what ``how`` gives. Must change something."""
        before = self.get(name)
        value = before.copy()
        changed = how(value)  # type: ignore[arg-type]
        after = value if changed is None else changed
        assert before.shape != after.shape or not np.array_equal(before, after), name
        self.set(name, after.astype(before.dtype))

    def add_constant(self, value: NDArray[np.generic]) -> str:
        """A new constant, before every other node."""
        name = self.fresh()
        self.graph.node.insert(
            0, helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value, name))
        )
        return name

    def fresh(self) -> str:
        """A name that nothing bears yet."""
        self._fresh += 1
        return f"planted.{self._fresh}"

    def replace(self, node: onnx.NodeProto, by: Iterable[onnx.NodeProto]) -> None:
        """Put nodes in the place of one."""
        place = next(i for i, n in enumerate(self.graph.node) if n.output == node.output)
        del self.graph.node[place]
        for offset, new in enumerate(by):
            self.graph.node.insert(place + offset, new)

    def attribute(self, node: onnx.NodeProto, name: str, value: object) -> None:
        """Set an attribute."""
        for attribute in list(node.attribute):
            if attribute.name == name:
                node.attribute.remove(attribute)
        node.attribute.append(helper.make_attribute(name, value))

    def behind(
        self, output: int, kind: str, inputs: Iterable[str] = (), **attributes: object
    ) -> None:
        """Put one more node between an output of the model and its name."""
        name = self.graph.output[output].name
        inner = self.fresh()
        for node in self.graph.node:
            for i, made in enumerate(node.output):
                if made == name:
                    node.output[i] = inner
            for i, read in enumerate(node.input):
                if read == name:
                    node.input[i] = inner
        self.graph.node.append(helper.make_node(kind, [inner, *inputs], [name], **attributes))

    def declare(self, output: int, element: int | None = None, *, free: bool = False) -> None:
        """Change what the model declares of an output: its element type, or any shape at all."""
        tensor = self.graph.output[output].type.tensor_type
        if element is not None:
            tensor.elem_type = element
        if free:
            tensor.ClearField("shape")

    def rewire(self, old: str, new: str) -> None:
        """Let everything that reads one tensor read another."""
        for node in self.graph.node:
            for i, name in enumerate(node.input):
                if name == old:
                    node.input[i] = new

    def _tensor(self, name: str) -> onnx.TensorProto | None:
        for node in self.graph.node:
            if node.op_type == "Constant" and name in node.output:
                tensor: onnx.TensorProto = node.attribute[0].t
                return tensor
        return next((t for t in self.graph.initializer if t.name == name), None)

    def _counted(self, name: str, last: str) -> bool:
        """Whether a tensor counts positions: a cumulative sum, and ``last`` behind it."""
        node = self.maker(name)
        if node is None or node.op_type != last:
            return False
        return self.depends_on(name, lambda n: bool(n.op_type == "CumSum"))
