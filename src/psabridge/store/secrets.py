"""Secrets at rest: sealed with the newest key, opened with any known key, so that keys can be rotated."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from psabridge.kit.errors import BridgeError, OnlyLooks


class SecretUnreadable(BridgeError):
    """The stored secret was sealed with a key this process does not have."""


class Safe:
    def __init__(self, keys: tuple[str, ...]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def __repr__(self) -> str:
        return "Safe(…)"

    def seal(self, secret: str) -> bytes:
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes | memoryview, *, of: str) -> str:
        try:
            return self._fernet.decrypt(bytes(sealed)).decode()
        except InvalidToken as error:
            raise SecretUnreadable(
                of,
                "its secret cannot be opened with the keys at hand",
                "Restore the key file or enter the secret again",
            ) from error

    def seal_anew(self, sealed: bytes | memoryview, *, of: str) -> bytes:
        return self.seal(self.open(sealed, of=of))


class LockedSafe(Safe):
    """For who has no key: everything but secrets can be read (ROL-04)."""

    def __init__(self, why: str) -> None:
        self._why = why

    def seal(self, secret: str) -> bytes:
        del secret
        raise OnlyLooks(self._why)

    def open(self, sealed: bytes | memoryview, *, of: str) -> str:
        del sealed
        raise OnlyLooks(f"{self._why} (asked for: {of})")


def new_key() -> str:
    return Fernet.generate_key().decode()


def is_key(text: str) -> bool:
    try:
        Fernet(text)
    except ValueError:
        return False
    return True
