"""What the vendor sells: applications, editions, offering items and usage names.

The table restates docs/vendors facts of the reference `acronis-api.md` 5, 6.3 and 6.4. It is data: a world
may be given more usage names, because the vendor adds them often (7.1).
"""

from dataclasses import dataclass

CYBER_PROTECTION = "6e6d758d-8e74-3ae3-ac84-50eb0dff12eb"
FILE_SYNC = "dfd85a5f-a464-32ab-81fd-99bcc66a070f"
DATA_SHIPPING = "b71b2c18-590a-303c-9d5a-8444fbe713ac"
NOTARY = "f9c5744e-bd1a-36b6-b0f0-ecd7483e1796"
CYBER_INFRASTRUCTURE = "cc29685d-a9ca-3e87-a83d-069f18b588f0"
MANAGEMENT_PORTAL = "7459244f-68f3-3bf4-9f53-5f63ecc1d91f"

PER_WORKLOAD = "pck_per_workload"
PER_GIGABYTE = "pck_per_gigabyte"
FSS_PER_USER = "fss_per_user"

# acronis-api.md 7.1: the one usage that starts again each month while its whole goes on growing.
CUMULATIVE = frozenset({"compute_points"})


@dataclass(frozen=True, slots=True)
class Application:
    id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class ItemKind:
    """One offering item of the catalogue."""

    application_id: str
    name: str
    edition: str | None
    usage_name: str
    type: str  # count | feature | infra
    unit: str  # bytes | quantity | seconds | n/a
    capability: str | None = None  # the storages it has rows for; None: one row without a storage
    above: str | None = None  # the count row a feature hangs under
    secondary: bool = False
    partners_only: bool = False


@dataclass(frozen=True, slots=True)
class UsageKind:
    """A usage name that has no offering item of its own (acronis-api.md 7.1, 7.3)."""

    usage_name: str
    type: str
    unit: str
    application_id: str = CYBER_PROTECTION

    @property
    def name(self) -> str:
        return self.usage_name


APPLICATIONS = {
    application.id: application
    for application in (
        Application(CYBER_PROTECTION, "Cyber Protection", "backup"),
        Application(FILE_SYNC, "File Sync & Share", "files_cloud"),
        Application(DATA_SHIPPING, "Physical Data Shipping", "physical_data_shipping"),
        Application(NOTARY, "Notary", "notary"),
        Application(CYBER_INFRASTRUCTURE, "Cyber Infrastructure SPLA", "hci"),
        Application(MANAGEMENT_PORTAL, "Management Portal", "platform"),
    )
}

# Name after the edition's prefix, usage name, type, unit; a count row of quantities unless said otherwise.
_COUNTED = {
    "base_workstations": "workstations",
    "base_servers": "servers",
    "base_vms": "vms",
    "base_web_hosting_servers": "web_hosting_servers",
    "base_mobiles": "mobiles",
    "base_websites": "websites",
    "base_m365_seats": "mailboxes",
    "base_m365_sharepoint_sites": "o365_sharepoint_sites",
    "base_m365_teams": "o365_teams",
    "base_gworkspace_seats": "gsuite_seats",
    "base_hosted_exchange": "hosted_exchange",
    "base_nas": "nas",
    "pack_adv_backup_workstations": "pack_adv_backup_workstations",
    "pack_adv_backup_servers": "pack_adv_backup_servers",
    "pack_adv_backup_vms": "pack_adv_backup_vms",
    "pack_adv_backup_web_hosting_servers": "pack_adv_backup_web_hosting_servers",
    "pack_adv_backup_m365_seats": "pack_adv_backup_m365_seats",
    "pack_adv_security": "pack_adv_security",
    "pack_adv_security_m365_seats": "pack_adv_security_m365_seats",
    "pack_adv_management": "pack_adv_management",
    "pack_adv_email_security": "pack_adv_email_security_mailboxes",
    "pack_adv_dlp": "pack_adv_dlp",
}
_FEATURES = {
    "base_m365_mailboxes": ("o365_mailboxes", "base_m365_seats"),
    "base_m365_onedrive": ("o365_onedrive", "base_m365_seats"),
    "base_google_mail": ("google_mail", "base_gworkspace_seats"),
    "base_google_drive": ("google_drive", "base_gworkspace_seats"),
    "base_google_team_drive": ("google_team_drive", None),
}
# Name, usage name, type, unit, capability of the storage.
_STORED = {
    "base_storage": ("storage", "infra", "bytes", "backup"),
    "base_dr_base": ("dr_base", "feature", "n/a", "disaster_recovery"),
    "base_adv_dr_storage": ("dr_storage", "infra", "bytes", "disaster_recovery"),
    "base_adv_dr_compute_points": ("compute_points", "infra", "seconds", "disaster_recovery"),
    "base_adv_dr_cloud_servers": ("dr_cloud_servers", "infra", "quantity", "disaster_recovery"),
    "base_adv_dr_internet_access": ("dr_internet_access", "feature", "n/a", "disaster_recovery"),
}
# acronis-api.md, open doubt 11: the usage names of the "included features" twins are not known.
_SECONDARY = (
    "base_secondary_workstations",
    "base_secondary_servers",
    "base_secondary_vms",
    "base_secondary_m365_seats_shared",
)


def _of_edition(prefix: str, edition: str) -> list[ItemKind]:
    app = CYBER_PROTECTION
    counted = [
        ItemKind(app, f"{prefix}_{name}", edition, usage, "count", "quantity")
        for name, usage in _COUNTED.items()
    ]
    features = [
        ItemKind(
            app, f"{prefix}_{name}", edition, usage, "feature", "n/a", above=above and f"{prefix}_{above}"
        )
        for name, (usage, above) in _FEATURES.items()
    ]
    stored = [
        ItemKind(app, f"{prefix}_{name}", edition, usage, kind, unit, capability)
        for name, (usage, kind, unit, capability) in _STORED.items()
    ]
    switch = f"{prefix}_base_child_storages"
    return [
        *counted,
        *features,
        *stored,
        ItemKind(app, switch, edition, "child_storages", "feature", "n/a", partners_only=True),
        *(
            ItemKind(
                app,
                f"{prefix}_{name}",
                edition,
                name.removeprefix("base_"),
                "count",
                "quantity",
                secondary=True,
            )
            for name in _SECONDARY
        ),
    ]


_OTHERS = [
    ItemKind(CYBER_PROTECTION, "local_storage", None, "local_storage", "count", "bytes"),
    ItemKind(CYBER_PROTECTION, "pw_base_c2c_storage", PER_WORKLOAD, "c2c_storage", "count", "bytes"),
    ItemKind(FILE_SYNC, "pu_base_fc_seats", FSS_PER_USER, "fc_seats", "count", "quantity"),
    ItemKind(FILE_SYNC, "pu_base_fc_storage", FSS_PER_USER, "fc_storage", "infra", "bytes", "files_cloud"),
    ItemKind(
        FILE_SYNC,
        "fc_child_storages",
        FSS_PER_USER,
        "fc_child_storages",
        "feature",
        "n/a",
        partners_only=True,
    ),
    ItemKind(NOTARY, "notary_storage", None, "notary_storage", "infra", "bytes", "backup"),
    ItemKind(NOTARY, "notarizations", None, "notarizations", "count", "quantity"),
    ItemKind(NOTARY, "esignatures", None, "esignatures", "count", "quantity"),
    ItemKind(DATA_SHIPPING, "drives_shipped_to_cloud", None, "drives_shipped_to_cloud", "count", "quantity"),
    ItemKind(
        DATA_SHIPPING, "drives_shipped_from_cloud", None, "drives_shipped_from_cloud", "count", "quantity"
    ),
]

ITEMS: tuple[ItemKind, ...] = (
    *_of_edition("pw", PER_WORKLOAD),
    *_of_edition("pg", PER_GIGABYTE),
    *_OTHERS,
)
ITEM_BY_NAME = {kind.name: kind for kind in ITEMS}
ITEM_BY_KEY = {(kind.application_id, kind.name): kind for kind in ITEMS}
EDITIONS = frozenset(kind.edition for kind in ITEMS if kind.edition is not None)

# class1_storage and class2_storage are the only known names of the classes (acronis-api.md 7.3, doubt 1).
USAGES_WITHOUT_ITEM = {
    usage.usage_name: usage
    for usage in (
        UsageKind("class1_storage", "infra", "bytes"),
        UsageKind("class2_storage", "infra", "bytes"),
        UsageKind("total_storage", "count", "bytes"),
        UsageKind("storage_total", "count", "bytes"),
        UsageKind("immutable_storage", "infra", "bytes"),
        UsageKind("orphaned_storage", "infra", "bytes"),
        UsageKind("adv_security_with_edr", "count", "quantity"),
        UsageKind("adv_security_without_edr", "count", "quantity"),
        UsageKind("adv_security_edr_workloads", "count", "quantity"),
        UsageKind("pack_adv_security_with_edr", "count", "quantity"),
        UsageKind("pack_adv_security_without_edr", "count", "quantity"),
        UsageKind("pack_adv_security_edr_workloads", "count", "quantity"),
        UsageKind("pack_adv_security_mdr", "count", "quantity"),
    )
}

_EDITIONS_OF_USAGE: dict[str, list[str | None]] = {}
for _kind in ITEMS:
    _EDITIONS_OF_USAGE.setdefault(_kind.usage_name, []).append(_kind.edition)
ITEM_OF_USAGE = {(kind.usage_name, kind.edition): kind for kind in reversed(ITEMS)}


def is_item_usage(usage_name: str) -> bool:
    return usage_name in _EDITIONS_OF_USAGE


def edition_of_usage(usage_name: str, tenant_edition: str | None) -> str | None:
    """The edition under which a tenant's usage of that name is counted."""
    editions = _EDITIONS_OF_USAGE.get(usage_name)
    if editions is None or tenant_edition in editions:
        return tenant_edition
    return editions[0]


def counterpart(kind: ItemKind, edition: str) -> ItemKind | None:
    """The same thing sold under another edition, None where that edition has no such row."""
    for other in ITEMS:
        same = (other.application_id, other.usage_name, other.type) == (
            kind.application_id,
            kind.usage_name,
            kind.type,
        )
        if same and other.edition == edition:
            return other
    return None
