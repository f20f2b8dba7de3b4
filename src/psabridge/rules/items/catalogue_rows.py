"""The offering items the bridge knows by name, as data (docs/vendors/acronis.md Ac37).

`*` in a name stands for the two licensing modes: pw, per workload, and pg, per gigabyte.
Evidence: D captured from a live tenant, N a name seen in third-party code, L known in the legacy form only,
A assumed by analogy.
"""

from typing import NamedTuple


class Row(NamedTuple):
    name: str
    usage_name: str | None  # None: not known
    item_type: str
    unit: str
    label: str
    kind: str
    evidence: str
    parent: str | None = None  # the row it is shown under (ACR-MAP-03)
    edition: str | None = None  # only where the name does not tell it by `*`


SEATS_365, SEATS_GOOGLE = "*_base_m365_seats", "*_base_gworkspace_seats"


def _count(
    name: str,
    usage_name: str | None,
    label: str,
    *,
    kind: str = "workload",
    evidence: str = "D",
    edition: str | None = None,
) -> Row:
    return Row(name, usage_name, "count", "quantity", label, kind, evidence, edition=edition)


def _feature(
    name: str,
    usage_name: str,
    label: str,
    *,
    kind: str = "feature",
    evidence: str = "D",
    parent: str | None = None,
) -> Row:
    return Row(name, usage_name, "feature", "n/a", label, kind, evidence, parent)


def _storage(
    name: str, usage_name: str, label: str, *, evidence: str = "D", edition: str | None = None
) -> Row:
    return Row(name, usage_name, "infra", "bytes", label, "storage", evidence, edition=edition)


STANDARD_PROTECTION = (
    _count("*_base_workstations", "workstations", "Workstations"),
    _count("*_base_servers", "servers", "Servers"),
    _count("*_base_vms", "vms", "Virtual machines"),
    _count("*_base_web_hosting_servers", "web_hosting_servers", "Web hosting servers"),
    _count("*_base_mobiles", "mobiles", "Mobile devices"),
    _count("*_base_websites", "websites", "Websites"),
    _count("*_base_m365_seats", "mailboxes", "Microsoft 365 seats"),
    _feature("*_base_m365_mailboxes", "o365_mailboxes", "Mailboxes", parent=SEATS_365),
    _feature("*_base_m365_onedrive", "o365_onedrive", "OneDrive", parent=SEATS_365),
    _count("*_base_m365_sharepoint_sites", "o365_sharepoint_sites", "Microsoft 365 SharePoint Online"),
    _count("*_base_m365_teams", "o365_teams", "Microsoft 365 Teams"),
    _count("*_base_gworkspace_seats", "gsuite_seats", "Google Workspace seats"),
    _feature("*_base_google_mail", "google_mail", "Gmail (incl. Calendar, Contacts)", parent=SEATS_GOOGLE),
    _feature("*_base_google_drive", "google_drive", "Google Drive", parent=SEATS_GOOGLE),
    _feature("*_base_google_team_drive", "google_team_drive", "Google Workspace Shared Drive"),
    _count("*_base_hosted_exchange", "hosted_exchange", "Microsoft Hosted Exchange", evidence="N"),
    _count("*_base_nas", "nas", "NAS devices", evidence="N"),
)

# "Included features" are counted and not charged; their usage names are not known (ACR-MAP-04).
INCLUDED_FEATURES = (
    _count(
        "*_base_secondary_workstations",
        None,
        "Workstations (included features)",
        kind="secondary",
        evidence="N",
    ),
    _count("*_base_secondary_servers", None, "Servers (included features)", kind="secondary", evidence="N"),
    _count(
        "*_base_secondary_vms", None, "Virtual machines (included features)", kind="secondary", evidence="N"
    ),
    _count(
        "*_base_secondary_web_hosting_servers",
        None,
        "Web hosting servers (included features)",
        kind="secondary",
        evidence="A",
    ),
    _count(
        "*_base_secondary_m365_seats_shared",
        None,
        "Microsoft 365 shared seats",
        kind="secondary",
        evidence="N",
    ),
)

STORAGES = (
    _storage("*_base_storage", "storage", "Backup storage"),
    Row("local_storage", "local_storage", "count", "bytes", "Local backup storage", "storage", "D"),
    _storage(
        "pw_base_c2c_storage",
        "c2c_storage",
        "Cloud-to-cloud storage",
        evidence="N",
        edition="pck_per_workload",
    ),
    _feature("*_base_child_storages", "child_storages", "Partner-owned storage", kind="switch", evidence="N"),
)

DISASTER_RECOVERY = (
    _feature("*_base_dr_base", "dr_base", "Disaster recovery"),
    _storage("*_base_adv_dr_storage", "dr_storage", "Disaster recovery storage"),
    Row("*_base_adv_dr_compute_points", "compute_points", "infra", "seconds", "Compute points", "range", "D"),
    Row(
        "*_base_adv_dr_cloud_servers",
        "dr_cloud_servers",
        "infra",
        "quantity",
        "Cloud servers",
        "workload",
        "D",
    ),
    _feature("*_base_adv_dr_internet_access", "dr_internet_access", "Internet access"),
    Row(
        "pw_public_ips",
        "public_ips",
        "infra",
        "quantity",
        "Public IP addresses",
        "workload",
        "L",
        edition="per_workload",
    ),
    Row(
        "dre_public_ips",
        "public_ips",
        "infra",
        "quantity",
        "Public IP addresses",
        "workload",
        "L",
        edition="disaster_recovery",
    ),
    Row(
        "vpn_concurrent_connections",
        "vpn_concurrent_connections",
        "infra",
        "quantity",
        "VPN connections",
        "workload",
        "L",
    ),
)

ADVANCED_BACKUP = (
    _count("*_pack_adv_backup_workstations", "pack_adv_backup_workstations", "Workstations", kind="pack"),
    _count("*_pack_adv_backup_servers", "pack_adv_backup_servers", "Servers", kind="pack"),
    _count("*_pack_adv_backup_vms", "pack_adv_backup_vms", "Virtual machines", kind="pack"),
    _count(
        "*_pack_adv_backup_web_hosting_servers",
        "pack_adv_backup_web_hosting_servers",
        "Web hosting servers",
        kind="pack",
    ),
    _count(
        "*_pack_adv_backup_m365_seats",
        "pack_adv_backup_m365_seats",
        "Microsoft 365 seats",
        kind="pack",
        evidence="N",
    ),
)

ADVANCED_SECURITY = (
    _count("*_pack_adv_security", "pack_adv_security", "Workloads", kind="pack"),
    _count(
        "*_pack_adv_security_m365_seats",
        "pack_adv_security_m365_seats",
        "Microsoft 365 seats",
        kind="pack",
        evidence="N",
    ),
)

ADVANCED_MANAGEMENT = (_count("*_pack_adv_management", "pack_adv_management", "Workloads", kind="pack"),)

ADVANCED_EMAIL_SECURITY = (
    _count("*_pack_adv_email_security", "pack_adv_email_security_mailboxes", "Mailboxes", kind="pack"),
)

ADVANCED_DLP = (_count("*_pack_adv_dlp", "pack_adv_dlp", "Workloads", kind="pack"),)

FILE_SYNC_AND_SHARE = (
    _count("pu_base_fc_seats", "fc_seats", "Users", edition="fss_per_user"),
    _storage("pu_base_fc_storage", "fc_storage", "Storage", edition="fss_per_user"),
    _feature("fc_child_storages", "fc_child_storages", "Partner-owned storage", kind="switch", evidence="L"),
)

NOTARY = (
    _storage("notary_storage", "notary_storage", "Storage", evidence="L"),
    _count("notarizations", "notarizations", "Notarizations", evidence="L"),
    _count("esignatures", "esignatures", "eSigned files", evidence="L"),
)

DATA_SHIPPING = (
    _count("drives_shipped_to_cloud", "drives_shipped_to_cloud", "Drives sent in", evidence="L"),
    _count("drives_shipped_from_cloud", "drives_shipped_from_cloud", "Drives sent out", evidence="L"),
)

PROTECTION = ("Cyber Protection", "6e6d758d-8e74-3ae3-ac84-50eb0dff12eb")
FILES = ("File Sync & Share", "dfd85a5f-a464-32ab-81fd-99bcc66a070f")
NOTARY_SERVICE = ("Notary", "f9c5744e-bd1a-36b6-b0f0-ecd7483e1796")
SHIPPING = ("Physical Data Shipping", "b71b2c18-590a-303c-9d5a-8444fbe713ac")

# How the names of a pack's items go on after "_pack_adv_".
PACKS = {
    "backup": "Advanced Backup",
    "security": "Advanced Security",
    "management": "Advanced Management",
    "email_security": "Advanced Email Security",
    "dlp": "Advanced Data Loss Prevention",
}

# Service, pack, rows: the order in which the mapping page shows them (ACR-MAP-01).
SECTIONS: tuple[tuple[tuple[str, str], str, tuple[Row, ...]], ...] = (
    (PROTECTION, "Standard Protection", STANDARD_PROTECTION),
    (PROTECTION, "Standard Protection", INCLUDED_FEATURES),
    (PROTECTION, "Advanced Backup", ADVANCED_BACKUP),
    (PROTECTION, "Advanced Security", ADVANCED_SECURITY),
    (PROTECTION, "Advanced Management", ADVANCED_MANAGEMENT),
    (PROTECTION, "Advanced Email Security", ADVANCED_EMAIL_SECURITY),
    (PROTECTION, "Advanced Data Loss Prevention", ADVANCED_DLP),
    (PROTECTION, "Disaster Recovery", DISASTER_RECOVERY),
    (PROTECTION, "Cloud storage", STORAGES),
    (FILES, "File Sync & Share", FILE_SYNC_AND_SHARE),
    (NOTARY_SERVICE, "Notary", NOTARY),
    (SHIPPING, "Physical Data Shipping", DATA_SHIPPING),
)

# Counted by the vendor without an offering item of their own (Ac21); the labels are ours.
USAGE_ONLY = {
    "adv_security_with_edr": "Advanced Security + EDR: workloads with EDR",
    "adv_security_without_edr": "Advanced Security: workloads without EDR",
    "adv_security_edr_workloads": "Advanced Security + EDR: workloads",
    "pack_adv_security_with_edr": "Advanced Security + EDR: workloads with EDR",
    "pack_adv_security_without_edr": "Advanced Security: workloads without EDR",
    "pack_adv_security_edr_workloads": "Advanced Security + EDR: workloads",
    "pack_adv_security_mdr": "Managed detection and response",
    "total_storage": "All storage together",
    "storage_total": "All storage together",
    "immutable_storage": "Immutable storage",
    "orphaned_storage": "Orphaned storage",
}


class MinimumRow(NamedTuple):
    """A row that the mapping page must have (ACR-MAP-02)."""

    number: int
    label: str
    items: tuple[str, ...]  # empty: the vendor's name is not published
    has_free_box: bool = True


KNOWN_MINIMUM = (
    MinimumRow(1, "Workstations", ("*_base_workstations",)),
    MinimumRow(2, "Workstations (included features)", ("*_base_secondary_workstations",), has_free_box=False),
    MinimumRow(3, "Servers", ("*_base_servers",)),
    MinimumRow(4, "Servers (included features)", ("*_base_secondary_servers",), has_free_box=False),
    MinimumRow(5, "Virtual machines", ("*_base_vms",)),
    MinimumRow(6, "Virtual machines (included features)", ("*_base_secondary_vms",), has_free_box=False),
    MinimumRow(7, "Web hosting servers", ("*_base_web_hosting_servers",)),
    MinimumRow(
        8,
        "Web hosting servers (included features)",
        ("*_base_secondary_web_hosting_servers",),
        has_free_box=False,
    ),
    MinimumRow(9, "Mobile devices", ("*_base_mobiles",)),
    MinimumRow(10, "Microsoft 365 seats", ("*_base_m365_seats",)),
    MinimumRow(11, "Microsoft 365 shared seats", ("*_base_secondary_m365_seats_shared",), has_free_box=False),
    MinimumRow(12, "Mailboxes", ("*_base_m365_mailboxes",)),
    MinimumRow(13, "OneDrive", ("*_base_m365_onedrive",)),
    MinimumRow(14, "Microsoft 365 SharePoint Online", ("*_base_m365_sharepoint_sites",)),
    MinimumRow(15, "Microsoft 365 Teams", ("*_base_m365_teams",)),
    MinimumRow(16, "Google Workspace seats", ("*_base_gworkspace_seats",)),
    MinimumRow(17, "Gmail (incl. Calendar, Contacts)", ("*_base_google_mail",)),
    MinimumRow(18, "Google Drive", ("*_base_google_drive",)),
    MinimumRow(19, "Google Workspace Shared Drive", ("*_base_google_team_drive",)),
    MinimumRow(20, "Microsoft 365 seats (unlimited Acronis Hosted cloud storage included)", ()),
    MinimumRow(21, "Google Workspace seats (unlimited Acronis Hosted cloud storage included)", ()),
    MinimumRow(22, "G Suite seats", ("*_base_gworkspace_seats",)),
    MinimumRow(23, "Microsoft Hosted Exchange", ("*_base_hosted_exchange",)),
    MinimumRow(24, "Websites", ("*_base_websites",)),
    MinimumRow(25, "Backup storage", ("*_base_storage",)),
    # No offering item: read from the backend of the customer's storages, never provisioned (ACR-STO-16).
    MinimumRow(26, "Microsoft Azure, Amazon S3, S3 compatible", (), has_free_box=False),
)
