"""Ed25519 keys in PEM, as openssl or parity makes them. The only file that imports cryptography."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parity import files
from parity.errors import OutputError, RecordError, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

PRIVATE, PUBLIC = "parity.key", "parity.pub"
_MOST_BYTES = 1 << 16


def new(folder: Path) -> tuple[Path, Path]:
    """Write a new pair into a folder: what signs, which its owner alone may read; what verifies.

    Raises OutputError if one is there already: a key that is replaced is lost.
    """
    serialization = _serialization()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private, public = folder / PRIVATE, folder / PUBLIC
    for path in (private, public):
        if path.exists():
            raise OutputError(f"{path}: is there already, and isn't replaced; name another folder")
    key = Ed25519PrivateKey.generate()
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    told = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secret)
    except OSError as error:
        raise OutputError(f"{private}: can't be written: {error.strerror or error}") from error
    files.write(public, told)
    return private, public


def private(path: Path) -> "Ed25519PrivateKey":
    """The key that signs. Raises UsageError for what is none, or has a password."""
    serialization = _serialization()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        key = serialization.load_pem_private_key(_read(path), password=None)
    except TypeError:
        raise UsageError(
            f"{path}: has a password, which parity doesn't ask for; "
            "write it without: openssl pkey -in FILE -out NEW"
        ) from None
    except Exception as error:  # of several kinds, from OpenSSL too
        raise UsageError(f"{path}: holds no private key in PEM: {_first(error)}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(
            f"{path}: is no Ed25519 key; make one with `parity attest --new-key DIR`, "
            "or `openssl genpkey -algorithm ed25519`"
        )
    return key


def public(path: Path) -> "Ed25519PublicKey":
    """The key that verifies. Raises UsageError for what is none."""
    serialization = _serialization()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = serialization.load_pem_public_key(_read(path))
    except Exception as error:  # of several kinds, from OpenSSL too
        raise UsageError(
            f"{path}: holds no public key in PEM ({_first(error)}); "
            "of a private one: openssl pkey -in KEY -pubout"
        ) from error
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path}: is no Ed25519 key")
    return key


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror or error}") from error


def _serialization() -> Any:
    try:
        from cryptography.hazmat.primitives import serialization
    except ImportError:
        raise RecordError(
            "keys need the extra attest: pip install 'securesystemslib[crypto]'"
        ) from None
    return serialization


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:100]
