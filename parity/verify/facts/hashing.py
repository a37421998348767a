"""The digests of what is verified, computed beside the work."""

import threading
from pathlib import Path

from parity.errors import ParityError
from parity.inputs.tokenizers.find import tokenizer_file
from parity.model.hashes import sha256
from parity.verify.request import Request


class Hashes:
    """Hashes the models' files and the tokenizer's in a thread: hashing doesn't hold the
    interpreter.

    digests: SHA-256 by path; whole behind the block.
    """

    def __init__(self, request: Request) -> None:
        models = (request.reference.model, request.candidate.model)
        self._paths = [path for model in models for path in model.files]
        self._paths += _tokenizer(request)
        self.digests: dict[str, str] = {}
        self._failed: ParityError | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> "Hashes":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return  # whoever ends the run doesn't wait for digests
        self._thread.join()
        if self._failed is not None:
            raise self._failed

    def _work(self) -> None:
        try:
            for path in self._paths:
                self.digests[str(path)] = sha256(path)
        except ParityError as error:
            self._failed = error


def _tokenizer(request: Request) -> list[Path]:
    """The file of the tokenizer that is named, or lies beside a model; none where there is none."""
    named = request.tokenizer
    if named is not None:
        places = [tokenizer_file(named) if named.is_dir() else named]
    else:
        models = (request.candidate.model, request.reference.model)
        places = [tokenizer_file(model.program.parent) for model in models]
    return [place for place in places if place is not None and place.is_file()][:1]
