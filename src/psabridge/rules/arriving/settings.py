"""What new customers get, as a provider decided it."""

from dataclasses import dataclass
from enum import StrEnum

from psabridge.rules.arriving.addresses import OwnAddress, told_twice
from psabridge.rules.words import StorageId


class AccountFrom(StrEnum):
    """Whom the first user of a new tenant is (ACR-PRV-05)."""

    PRIMARY_CONTACT = "primary contact"
    COMPANY_NAME = "company name"


class NewMode(StrEnum):
    """As what a new tenant begins (ACR-PRV-09)."""

    PRODUCTION = "production"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class NewCustomers:
    """What a tenant gets that the bridge creates, by itself or for a person (ACR-PRV-05 to -09)."""

    account_from: AccountFrom = AccountFrom.PRIMARY_CONTACT
    activation_email: str | None = None  # where the mail goes when the account is the company's
    two_factor: bool = False
    mode: NewMode = NewMode.PRODUCTION
    default_storage: StorageId | None = None  # where no storage is sold (ACR-STO-06)
    activation_emails: tuple[OwnAddress, ...] = ()  # of companies that have one of their own (ACR-PRV-07)

    def __post_init__(self) -> None:
        if self.account_from is AccountFrom.COMPANY_NAME and not (self.activation_email or "").strip():
            raise ValueError("account_from is company name, so activation_email is needed (LIM-10)")
        if self.activation_email is not None and "@" not in self.activation_email:
            raise ValueError(f"activation_email {self.activation_email} is no e-mail address")
        if twice := told_twice(self.activation_emails):
            raise ValueError(f"activation_emails has company {twice[0]} more than once")
