"""The fixed feeds of inputs that hold no token ids: how they are filled, and how large they are."""

from collections.abc import Mapping, Sequence

from parity.inputs._limits import Limits
from parity.inputs._plan import Script
from parity.inputs._source import Choice
from parity.inputs.boundary import between
from parity.inputs.numbers import shape as _shape
from parity.inputs.numbers import values
from parity.inputs.sizes.opened import Opened, elements
from parity.model.spec import TensorSpec

_LOOKS = 12
_NATURAL = 9  # of them: the others are noise and one flat picture, or all zeros
_SIDES = (
    (32, 320), (48, 320), (96, 64), (33, 47), (95, 129), (128, 128), (129, 65), (160, 48),
    (224, 224), (225, 191), (320, 320),
)  # fmt: skip
_LARGE = (640, 640)
_APART = 97  # between the values of two seeds, of which there are 256
_ROWS = (7, 16, 33, 129, 200, 512)  # lengths of which several rows are fed


def scripts(
    sized: Sequence[TensorSpec], free: Sequence[TensorSpec], limits: Limits, seed: int
) -> list[Script]:
    """Each way to fill the inputs, for one row and for several; then each size.

    sized: inputs whose sizes are drawn. free: those of them that are filled with values.
    """
    maker = _Maker(sized, free, limits, seed)
    made = [*maker.looks(), *maker.pictures(), *maker.lengths()]
    return list({tuple(map(str, s.answers.items())): s for s in made}.values())


class _Maker:
    def __init__(
        self, sized: Sequence[TensorSpec], free: Sequence[TensorSpec], limits: Limits, seed: int
    ) -> None:
        self._sized = sized
        self._free = free
        self._limits = limits
        self._seed = seed
        axes = _shape.axes(sized, limits)
        self._axes = [a for a in axes if a.symbol not in limits.sizes.linked]
        self._count = 0

    def looks(self) -> list[Script]:
        """Contents, at a small size, for one row and for several by turns."""
        usual = {"side": 64, "length": 16}
        made = []
        for index in range(_LOOKS):
            sizes = {a.symbol: usual.get(a.kind, 1 if index % 3 else 3) for a in self._axes}
            made.append(self._script(sizes, index))
        return made

    def pictures(self) -> list[Script]:
        """Sizes of pictures."""
        sides = sorted(self._of("side"), key=lambda a: a.places[0][1])
        if not sides:
            return []
        shapes: list[tuple[int, ...]] = list(_SIDES)
        if len(sides) == 1:
            shapes = [(side,) for side in sorted({side for shape in _SIDES for side in shape})]
        shapes += self._turns(len(sides))
        made = []
        for shape in [*shapes, _LARGE]:
            sizes = {a.symbol: 1 if a.kind == "batch" else 16 for a in self._axes}
            sizes |= {a.symbol: shape[i % len(shape)] for i, a in enumerate(sides)}
            index = self._count % _NATURAL
            made.append(self._script(sizes, index, roomy=shape == _LARGE))
        return made

    def _turns(self, sides: int) -> list[tuple[int, ...]]:
        """Sides between the usual ones, by turns: two pictures in each."""
        usual = {side for shape in _SIDES for side in shape}
        free = [side for side in range(min(usual), max(usual)) if side not in usual]
        turn = self._limits.turn
        first = between.some(free, turn, each=2)
        # Another for the second axis: an export may slip at one of them, or where they differ.
        return [(side, free[-1 - free.index(side)])[:sides] for side in first]

    def lengths(self) -> list[Script]:
        """Every length of every axis, one row and several."""
        options = _shape.options(self._sized, self._limits)
        made = []
        for number, axis in enumerate(self._of("length")):
            for length in self._wanted(options.get(axis.symbol, ()), number):
                for batch in (1, 3) if length in _ROWS else (1,):
                    sizes = {
                        a.symbol: batch if a.kind == "batch" else 64 if a.kind == "side" else 16
                        for a in self._axes
                    }
                    # The first axis takes the others with it: most that are as open agree.
                    sizes |= {a.symbol: length for a in self._of("length") if not number}
                    made.append(
                        self._script({**sizes, axis.symbol: length}, self._count % _NATURAL)
                    )
        return made

    def _wanted(self, options: Sequence[int], number: int) -> list[int]:
        """The options of a length; of the first one also those of this turn that lie between."""
        if len(options) < 3 or number:
            return list(options)
        limits, last = self._limits, options[-1]
        turns = between.lengths(limits.turn, last, each=limits.each_gap)
        if limits.every_length:
            turns = between.every(last)
        more = [n for n in (4, 6, *turns, *limits.lengths) if options[0] < n < last]
        return list(dict.fromkeys([*options, *more]))

    def _of(self, kind: str) -> list[Opened]:
        return [a for a in self._axes if a.kind == kind]

    def _script(self, sizes: Mapping[str, int], index: int, *, roomy: bool = False) -> Script:
        self._count += 1
        answers = dict(_shape.aim(self._sized, self._limits, sizes, roomy=roomy))
        got = _shape.sizes_of(answers, self._sized, self._limits)
        name, more = "", dict[str, Sequence[Choice]]()
        for number, spec in enumerate(self._free):
            look, filled = values.look(spec, index, _APART * self._seed + self._count + number)
            name, more = name or look, {**more, **filled}
        said = ", ".join(f"{symbol} {size}" for symbol, size in got.items())
        label = f"{name}, {said}" if said else name
        return Script(label, {**answers, **more}, cost=elements(self._sized, got))
