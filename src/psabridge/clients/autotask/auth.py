"""Who asks: an API user, its secret, and the tracking identifier of the integration."""

from dataclasses import dataclass
from typing import Self

from pydantic import SecretStr

from psabridge.clients.hiding import hidden

# Three headers on every call, no session and no token (docs/vendors/autotask.md A1).
_USER, _SECRET, _CODE = "UserName", "Secret", "ApiIntegrationCode"


@dataclass(frozen=True, slots=True)
class Credentials:
    user: str
    secret: SecretStr
    integration_code: SecretStr

    def __post_init__(self) -> None:
        for name, value in ((_USER, self.user), *self._hidden().items()):
            if not value or not value.isprintable() or value != value.strip():
                raise ValueError(f"{name} is empty, or holds a line break or a blank at an end")

    @classmethod
    def of(cls, *, user: str, secret: str, integration_code: str) -> Self:
        return cls(user, SecretStr(secret), SecretStr(integration_code))

    def headers(self) -> dict[str, str]:
        return {_USER: self.user, **self._hidden()}

    def hide(self, text: str) -> str:
        return hidden(text, self._hidden())

    def _hidden(self) -> dict[str, str]:
        return {_SECRET: self.secret.get_secret_value(), _CODE: self.integration_code.get_secret_value()}
