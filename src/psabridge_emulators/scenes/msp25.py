"""A believable small provider: 25 companies, their contracts as years of work left them."""

from dataclasses import dataclass, field
from datetime import date

from psabridge_emulators.frame.scene import Scene
from psabridge_emulators.scenes.desk import add_service_desk, add_tickets_of_people
from psabridge_emulators.scenes.furnishing import Customer, Furnishing, Sold, gigabytes
from psabridge_emulators.scenes.msp25_cast import (
    FIRMS,
    MOVES,
    SUB_PARTNER,
    SUB_PARTNER_CUSTOMERS,
    TIME_AND_MATERIALS,
    Agreement,
    Firm,
    Key,
)

_T_AND_M = 1  # contract type Time & Materials (autotask-rest.md 5.1 names the types)
_PERIOD_TYPES = {1: 2, 3: 3, 12: 5}
_STORAGE_KEYS = {"fra": "fra", "fra_free": "fra", "fra_billed": "fra", "dub": "dub"}


@dataclass(slots=True)
class Provider:
    """The scene while it is set up."""

    furnishing: Furnishing
    sold: dict[Key, Sold] = field(default_factory=dict)
    storages: dict[str, str] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    bundle_id: int = 0


def build(seed: int) -> Scene:
    provider = Provider(Furnishing.begin(seed))
    provider.furnishing.autotask.add_billing_code("Recurring Services")
    add_service_desk(provider.furnishing.autotask)
    provider.furnishing.autotask.add_payg_definition()
    _open_catalogue(provider)
    for firm in FIRMS:
        _add_firm(provider, firm)
    _add_oddities(provider)
    first = [provider.customers[firm.name].company_id for firm in FIRMS[:3]]
    add_tickets_of_people(provider.furnishing.autotask, first)
    _add_moves(provider)
    return provider.furnishing.finish("msp-25")


def _open_catalogue(provider: Provider) -> None:
    sell, sold = provider.furnishing.sell, provider.sold
    sold["ws"] = sell("Workstation backup", "4.50", "pw_base_workstations", usage_name="workstations")
    sold["srv"] = sell("Server backup", "22.00", "pw_base_servers", usage_name="servers")
    sold["vm"] = sell("Virtual machine backup", "14.00", "pw_base_vms", usage_name="vms")
    sold["m365"] = sell("Microsoft 365 seat backup", "2.80", "pw_base_m365_seats", usage_name="mailboxes")
    sold["gws"] = sell(
        "Google Workspace seat backup, quarterly",
        "7.95",
        "pw_base_gworkspace_seats",
        usage_name="gsuite_seats",
        period_type=3,
    )
    sold["mob"] = sell("Mobile device backup", "1.50", "pw_base_mobiles", usage_name="mobiles")
    sold["sec"] = sell("Advanced security", "3.20", "pw_pack_adv_security", usage_name="pack_adv_security")
    sold["mail"] = sell(
        "E-mail security, yearly",
        "27.00",
        "pw_pack_adv_email_security",
        usage_name="pack_adv_email_security_mailboxes",
        period_type=5,
    )
    _open_storages(provider)
    parts = [sold["m365"].service_id, sold["sec"].service_id]
    provider.bundle_id = provider.furnishing.autotask.add_bundle("Safe seat bundle", parts, "5.40")


def _open_storages(provider: Provider) -> None:
    furnishing, sold = provider.furnishing, provider.sold
    frankfurt = provider.storages["fra"] = furnishing.storage("Frankfurt", "Cloud storage Frankfurt 1")
    dublin = provider.storages["dub"] = furnishing.storage("Dublin", "Cloud storage Dublin 1")
    sold["fra"] = furnishing.sell_storage("Cloud storage Frankfurt", "0.09", frankfurt, "total")
    sold["fra_free"] = furnishing.sell_storage("Cloud storage Frankfurt free", "0.00", frankfurt, "class1")
    sold["fra_billed"] = furnishing.sell_storage(
        "Cloud storage Frankfurt billed", "0.12", frankfurt, "class2"
    )
    sold["dub"] = furnishing.sell_storage("Cloud storage Dublin", "0.08", dublin, "total")


def _add_firm(provider: Provider, firm: Firm) -> None:
    customer = provider.furnishing.customer(
        firm.name,
        contact=(firm.first, firm.last),
        mapped=firm.mapped,
        ancestral_access=firm.managed,
    )
    provider.customers[firm.name] = customer
    for agreement in firm.agreements:
        _add_agreement(provider, customer, agreement)
    _add_usage(provider, customer, firm)


def _add_agreement(provider: Provider, customer: Customer, agreement: Agreement) -> None:
    furnishing = provider.furnishing
    contract_id, _ = furnishing.contract(
        customer,
        agreement.name,
        payg="Yes" if agreement.kind == "payg" else None,
        starts=agreement.starts,
        months=24,
        lines=[(provider.sold[line.sold], line.units) for line in agreement.lines],
        period_type=_PERIOD_TYPES[agreement.period_months],
    )
    if agreement.bundle_units is not None:
        _add_bundle(provider, customer, contract_id, agreement.bundle_units)
    furnishing.post_past(
        contract_id, agreement.starts, months=agreement.period_months, ahead=agreement.posted_ahead
    )
    for line in agreement.lines:
        if line.on:
            quota = line.units if agreement.kind == "prepaid" else None
            furnishing.switch_on(customer, provider.sold[line.sold], quota)


def _add_bundle(provider: Provider, customer: Customer, contract_id: int, units: int) -> None:
    """Each service in the bundle counts with the bundle's units (ACR-MAP-12)."""
    provider.furnishing.autotask.add_bundle_line(contract_id, provider.bundle_id, units=units)
    for key in ("m365", "sec"):
        provider.furnishing.switch_on(customer, provider.sold[key], units)
        provider.furnishing.use(customer, provider.sold[key], units - 1)


def _add_usage(provider: Provider, customer: Customer, firm: Firm) -> None:
    readings = [(line.sold, line.used) for agreement in firm.agreements for line in agreement.lines]
    storage: dict[str, dict[Key, int]] = {}
    for key, used in (*readings, *firm.extra_use):
        if used is None:
            continue
        if key in _STORAGE_KEYS:
            storage.setdefault(_STORAGE_KEYS[key], {})[key] = gigabytes(used)
        else:
            provider.furnishing.use(customer, provider.sold[key], int(used))
    for place, amounts in storage.items():
        class_1, class_2 = _classes(amounts)
        provider.furnishing.use_storage(customer, provider.storages[place], class_1=class_1, class_2=class_2)


def _classes(amounts: dict[Key, int]) -> tuple[int, int]:
    """Where only the total is told, a fifth of it is free: the part of protected cloud seats."""
    if "fra_billed" in amounts:
        return amounts.get("fra_free", 0), amounts["fra_billed"]
    total = sum(amounts.values())
    return total // 5, total - total // 5


def _add_oddities(provider: Provider) -> None:
    """A contract of another kind, a tenant nobody mapped to a company, and a sub-partner."""
    furnishing = provider.furnishing
    furnishing.autotask.add_contract(
        provider.customers[TIME_AND_MATERIALS].company_id,
        "Support by the hour",
        date(2025, 9, 1),
        date(2026, 8, 31),
        contract_type=_T_AND_M,
    )
    orphan = furnishing.acronis.add_tenant("Xavier Test Lab")
    furnishing.acronis.enable_item(orphan, "pw_base_vms")
    furnishing.acronis.set_usage(orphan, "vms", 2)
    partner = furnishing.acronis.add_tenant(SUB_PARTNER, kind="partner")
    workstations = provider.sold["ws"]
    for name in SUB_PARTNER_CUSTOMERS:
        below = furnishing.acronis.add_tenant(name, parent_id=partner)
        furnishing.acronis.enable_item(below, workstations.item)
        furnishing.acronis.set_usage(below, workstations.usage_name, 5)


def _add_moves(provider: Provider) -> None:
    for step, name, key, used, why in MOVES:
        customer = provider.customers[name]
        if key in _STORAGE_KEYS:
            amounts = _classes({key: gigabytes(used)})
            storage = provider.storages[_STORAGE_KEYS[key]]
            provider.furnishing.later_storage(step, why, customer, storage, amounts)
        else:
            provider.furnishing.later(step, why, customer, provider.sold[key], int(used))
