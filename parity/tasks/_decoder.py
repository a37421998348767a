"""What most tasks do alike. A task of your own may begin from it."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from numpy.typing import NDArray

from parity.errors import CaseError
from parity.model.tensors import Outputs

Spans = tuple[tuple[int, int], ...]


class Decoder:
    """A task that reads one output, by texts; answers are alike if they look alike."""

    output: str | None = None
    """Name of the output that is decoded; None for the model's first."""

    reads_texts: bool = True
    """Whether a row is a text. If not it is whatever was fed, such as a picture."""

    def outputs(self, names: Sequence[str]) -> tuple[str, ...]:
        """Which of the model's outputs are decoded. Raises CaseError for too few of them."""
        return (self.output or names[0],)

    def rows(self, outputs: Outputs) -> int:
        """How many answers a feed has."""
        return len(outputs[self.outputs(list(outputs))[0]])

    def alike(self, expected: tuple[str, ...], actual: tuple[str, ...]) -> bool:
        """Whether two answers, as they are shown, say the same."""
        return expected == actual

    def kept(self, outputs: Outputs, row: int, offsets: Spans) -> NDArray[Any]:
        """What a golden keeps of a row: the decoded output, without padding."""
        name = self.output or next(iter(outputs))
        if name not in outputs:
            raise CaseError(f'task: no output "{name}"; there are: {", ".join(outputs)}')
        array = outputs[name]
        one: NDArray[Any] = array[row, : len(offsets)] if offsets and array.ndim > 2 else array[row]
        return one

    def unkept(self, kept: NDArray[Any], names: Sequence[str]) -> Outputs:
        """Outputs of one row that were kept so; ``loss`` takes them. names: the model's."""
        return {self.outputs(names)[0]: kept[None]}

    def among(self, recorded: Mapping[str, NDArray[Any]]) -> Self:
        """The task with what was kept of the recorded texts, for those that look them up."""
        return self

    def agreement(
        self, expected: Outputs, actual: Outputs, row: int, offsets: Spans
    ) -> tuple[float, float] | None:
        """How far the two sides agree on a row, from -1 to 1, and the least that will do.

        None where answers say all.
        """
        return None
