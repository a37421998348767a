"""What the reference's inputs take: as its graph shows, and as the user says."""

from parity.model.domains import signature
from parity.model.notation.applied import told
from parity.model.spec import Signature
from parity.verify.request import Request


def described(request: Request) -> Signature:
    """The reference's signature, with what is said of its inputs over what was inferred.

    Raises ModelError for files that can't be read, UsageError for what is said and isn't so.
    """
    return told(signature(request.reference.model), request.said)
