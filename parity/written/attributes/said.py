"""What is said of the attributes of two models."""

from dataclasses import dataclass

from parity.written.culprit import Culprit

_NAMED = 3  # culprits that a sentence names


@dataclass(frozen=True)
class Attributes:
    """All that could be compared.

    culprits: in the order of the reference's ops. compared: values. ops: of the reference, of
    which at least one value was; of: so many of its ops have attributes that are known here.
    by: "names", or "order" where the names are gone. notes: what was not seen. seconds: it took.
    """

    culprits: tuple[Culprit, ...] = ()
    compared: int = 0
    ops: int = 0
    of: int = 0
    by: str = "names"
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    def sentence(self) -> str:
        """What a person needs: who is to blame, or that none is, and how much was looked at."""
        if not self.compared:
            return "no attribute could be compared"
        if not self.culprits:
            return (
                f"the attributes are not to blame: all {self.compared} that could be compared, of "
                f"{self.ops} of {self.of} ops, agree"
            )
        told = ". ".join(str(culprit) for culprit in self.culprits[:_NAMED])
        more = len(self.culprits) - _NAMED
        told += f". And {more} more" if more > 0 else ""
        rest = self.compared - len(self.culprits)
        others = f" The {rest} others that could be compared agree." if rest > 0 else ""
        return f"blamed: the attributes. {told}.{others}"
