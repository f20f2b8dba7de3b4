"""A provider that maps one customer and has others on both sides, and its shell."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE


@dataclass(frozen=True, slots=True)
class Cast:
    """A provider that maps one customer, and has others on both sides that nobody mapped yet."""

    mapped: Sale
    same: tuple[int, str]
    umlaut: tuple[int, str]
    twins: tuple[int, str, str]
    selfish: tuple[int, str]
    prospect: int
    inactive: int
    partner: str
    below: str


def some_firms(firms: Firms) -> Cast:
    autotask, acronis = firms.furnishing.autotask, firms.furnishing.acronis
    mapped = firms.sale("Meadow Dental", units=10, used=12)
    firms.second_line(mapped, firms.servers, units=3)

    def both(ours: str, theirs: str, **tenant: Any) -> tuple[int, str]:  # noqa: ANN401  fields of a record
        return autotask.add_company(ours), acronis.add_tenant(theirs, **tenant)

    renamed = both("Stern Logistik GmbH", "Kompass Transport")
    autotask.database.change("Companies", renamed[0], webAddress="https://www.stern.example/start")
    acronis.tenants[renamed[1]].contact = {"email": "it@stern.example"}
    twins = both("Rathaus Apotheke", "Rathaus Apotheke")
    partner = acronis.add_tenant("South Resellers", "partner")
    return Cast(
        mapped=mapped,
        same=both("Harbour Roofing Ltd", "Harbour Roofing Limited"),
        umlaut=both("Müller & Söhne GmbH", "Mueller und Soehne"),
        twins=(*twins, acronis.add_tenant("Rathaus-Apotheke")),
        selfish=both("Loner Plumbing", "Loner Plumbing", ancestral_access=False),
        prospect=autotask.add_company("Only A Prospect", companyType=2),
        inactive=autotask.add_company("Gone Bakery", isActive=False),
        partner=partner,
        below=acronis.add_tenant("Below South", parent_id=partner),
    )


@pytest.fixture
def shop(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> tuple[Journey, Cast]:
    journey, cast = open_shop(some_firms, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "250")
    return journey, cast


Shop = tuple[Journey, Cast]


def mapping_of(journey: Journey) -> dict[str, int]:
    return {row.tenant: row.company for row in journey.settings.customers}
