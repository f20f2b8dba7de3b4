"""Where a tenant lives and how a client finds out (autotask-rest.md 1.3)."""

from dataclasses import dataclass
from typing import Any

ROOT = "/ATServicesRest"


@dataclass(frozen=True, slots=True)
class Zone:
    """The tenant's zone. A moved tenant answers below another prefix or host and nowhere else."""

    name: str = "Pre Release"
    database_id: int = 30595  # `ci`
    prefix: str = ""  # "/zone5": the zone's own path on this server, in place of its own host
    host: str | None = None  # a full "http://host:port" where the tenant lives on another server

    def serves(self, prefix: str, base_url: str) -> bool:
        own_host = self.host is None or not base_url or base_url.lower() == self.host.lower()
        return own_host and prefix.lower() == self.prefix.lower()

    def information(self, base_url: str) -> dict[str, Any]:
        url = (self.host or base_url) + self.prefix
        return {
            "zoneName": self.name,
            "url": f"{url}{ROOT}/",
            "webUrl": f"{url}/",
            "ci": self.database_id,
        }
