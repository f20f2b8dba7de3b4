"""Who asks: an API user, its secret, and the tracking identifier of the integration."""

import json
from dataclasses import dataclass
from typing import Self

from pydantic import SecretStr

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
        """The text without our secrets, should a vendor's or a proxy's message repeat them."""
        for name, value in self._hidden().items():
            for form in (value, json.dumps(value)[1:-1]):
                text = text.replace(form, f"({name})")
        return text

    def _hidden(self) -> dict[str, str]:
        return {_SECRET: self.secret.get_secret_value(), _CODE: self.integration_code.get_secret_value()}
