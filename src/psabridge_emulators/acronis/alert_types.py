"""Alert types of acronis-api.md 8.3. The vendor publishes no full list: readers must ask `/types`.

A severity the table leaves blank, and a category it puts in brackets, is this emulator's choice.
"""

from dataclasses import dataclass

SEVERITIES = ("ok", "information", "warning", "error", "critical")
OS_TYPES = ("ios", "linux", "macos", "windows")
_COMPUTERS = ("linux", "macos", "windows")


@dataclass(frozen=True, slots=True)
class AlertType:
    id: str
    category: str
    severity: str
    supported_os: tuple[str, ...] = _COMPUTERS


_TABLE = {
    ("Backup", "critical"): ("BackupFailed", "BackupDidNotStart", "ArchiveCorrupted"),
    ("Backup", "error"): ("BackupRecoveryFailed",),
    ("Backup", "warning"): ("NoBackupForXDays", "BackupNotResponding", "BackupStatusUnknown"),
    ("Disaster recovery", "warning"): ("DrInternetTrafficUnblocked",),
    ("Email security", "warning"): (
        "MaliciousEmailDetectedGreatHorn",
        "MaliciousEmailDetectedPerceptionPointWarning",
    ),
    ("Email security", "error"): ("MaliciousEmailDetectedPerceptionPointError",),
    ("System", "warning"): (
        "MachineOffline30",
        "MiniPlanAgentOffline",
        "AgentAutoUpdateStalled",
        "M365ApplicationConsentRequired",
    ),
    ("System", "error"): ("AgentAutoUpdateFailed", "PlanDeploymentFailed"),
    ("Protection", "error"): ("ProtectionServiceNotWorking", "CPSProtectionFailureDetected"),
    ("Antimalware", "information"): ("ActiveProtectionDriverRemediated",),
    ("Antimalware", "warning"): (
        "ActiveProtectionServiceNotRunning",
        "ActiveProtectionServiceNotAvailable",
        "ActiveProtectionServiceFailureToApplyPolicy",
        "ActiveProtectionServiceConflict",
        "ActiveProtectionInvalidNetworkRecoveryPath",
    ),
    ("Antimalware", "critical"): (
        "ActiveProtectionDetectedAszPartitionAccessed",
        "ActiveProtectionBlocksSuspiciousActivity",
        "MaliciousURLDetectedInM365MailboxBackup",
        "MalwareDetectedInM365MailboxBackup",
    ),
    ("URL filtering", "warning"): ("MaliciousUrlDetected",),
    ("EDR", "critical"): ("EDRIncidentDetected", "EDRIOCDetected"),
    ("Monitoring", "warning"): ("MiMonitoringFailedLoginAttemptsOverThreshold",),
    ("Cloud connection", "error"): (
        "CloudConnectionS3CloudAccessExpired",
        "CloudConnectionAzureCloudAccessExpired",
        "CloudConnectionAzureApplianceUpdateFailed",
        "CloudConnectionAzureApplianceFailed",
        "CloudConnectionAzureApplianceEOL",
        "CloudConnectionAzureApplianceDeletionFailed",
        "CloudConnectionAzureApplianceDeallocationFailed",
        "CloudConnectionAzureApplianceConfigurationFailed",
    ),
}

ALERT_TYPES = tuple(
    AlertType(name, category, severity) for (category, severity), names in _TABLE.items() for name in names
)
