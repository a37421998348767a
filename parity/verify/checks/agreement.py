"""What the reference's second look decided, and whether it agrees with itself."""

from parity.verify.checks import Ran, Said


def after(ran: Ran) -> Said:
    """A warning where it doesn't; a line for the examples that were rounding."""
    tally, warning = ran.search.found.tally, ran.sides.arbiter.warning
    notes = []
    if tally.second:
        notes.append(
            f"{_examples(tally.second)} further than allowed from the reference's default kernels, "
            "and within the same tolerance of its plain ones: the reference's own rounding"
        )
    if tally.rounding:
        notes.append(
            f"{_examples(tally.rounding)} further apart than allowed, and within measured rounding"
        )
    return Said(warnings=() if warning is None else (warning,), notes=tuple(notes))


def _examples(count: int) -> str:
    return "1 example" if count == 1 else f"{count} examples"
