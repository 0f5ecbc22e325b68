"""Private keys that sign licence certificates (Ed25519): a file each, in a folder of their own."""

import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class KeyFault(Exception):
    """A private key cannot be read, or not be kept; the message says which, never its content."""


class SigningKey:
    """A private key. Its name is the SHA-256 of its public half, in hexadecimal digits."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = public.hex()
        self.name = hashlib.sha256(public).hexdigest()

    def sign(self, message: bytes) -> str:
        """The signature under `message`, in 128 hexadecimal digits; the same one each time."""
        return self._private.sign(message).hex()


def make(folder: Path) -> SigningKey:
    """A new key, kept in `folder` where only its owner may read it. Raises KeyFault."""
    private = Ed25519PrivateKey.generate()
    key = SigningKey(private)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(_path(folder, key.name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise KeyFault(f"No key can be kept in {folder}: {error.strerror}.") from error
    return key


def load(folder: Path, name: str) -> SigningKey | None:
    """The key called `name`; None when `folder` does not have it. Raises KeyFault."""
    path = _path(folder, name)
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise KeyFault(f"The key in {path} cannot be read.") from error
    if not isinstance(private, Ed25519PrivateKey) or SigningKey(private).name != name:
        raise KeyFault(f"{path} holds another key than its name says.")
    return SigningKey(private)


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.pem"
