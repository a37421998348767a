"""A DSSE envelope: what was signed, by which key. Only this file imports securesystemslib."""

import json
from pathlib import Path
from typing import Any

from parity import strict_json
from parity.attest import keys
from parity.errors import RecordError

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MOST_BYTES = 1 << 28


def seal(statement: dict[str, Any], key: Path) -> str:
    """The envelope's JSON around a statement. Raises UsageError for a key that is none."""
    private = keys.private(key)
    library = _library()
    payload = json.dumps(statement, ensure_ascii=True, allow_nan=False).encode()
    envelope = library.Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(_signer().CryptoSigner(private))
    return json.dumps(envelope.to_dict(), indent=1) + "\n"


def opened(path: Path, key: Path) -> dict[str, Any]:
    """The statement in an envelope that this key signed, exactly as it was signed.

    Raises RecordError, UsageError: no envelope, another key, or what it holds was edited.
    """
    public = keys.public(key)
    library = _library()
    from securesystemslib.exceptions import VerificationError

    try:
        envelope = library.Envelope.from_dict(_read(path))
    except RecordError:
        raise
    except Exception as error:  # the library's own, and what it stumbles over
        raise RecordError(f"{path}: is no DSSE envelope ({error})") from error
    if envelope.payload_type != PAYLOAD_TYPE:
        raise RecordError(f"{path}: holds {envelope.payload_type!r}, and no in-toto statement")
    # By the key that was given, whatever the envelope calls it: a name is no proof.
    make = _signer().SSlibKey.from_crypto
    named = [make(public, keyid=name) for name in envelope.signatures]
    own = make(public).keyid
    try:
        envelope.verify(named or [make(public)], 1)
    except VerificationError:
        if own in envelope.signatures:
            raise RecordError(
                f"{path}: was edited since it was signed: the signature of {key} doesn't fit it"
            ) from None
        raise RecordError(
            f"{path}: isn't signed by {key}, or was edited: it names "
            f"{', '.join(n[:16] for n in envelope.signatures) or 'no key'}, and that is {own[:16]}"
        ) from None
    try:
        statement = strict_json.parsed(envelope.payload)
    except ValueError as error:
        raise RecordError(f"{path}: its statement is damaged: {error}") from error
    if not isinstance(statement, dict):
        raise RecordError(f"{path}: its statement is of another form")
    return statement


def _read(path: Path) -> Any:
    try:
        return strict_json.read(path, most_bytes=MOST_BYTES)
    except OSError as error:
        raise RecordError(f"{path}: can't be read: {error.strerror or error}") from error
    except ValueError as error:
        raise RecordError(f"{path}: is damaged: {error}") from error


def _library() -> Any:
    try:
        from securesystemslib import dsse
    except ImportError:
        raise RecordError(
            "records need the extra attest: pip install 'securesystemslib[crypto]'"
        ) from None
    return dsse


def _signer() -> Any:
    from securesystemslib import signer

    return signer
