"""A person's word on a customer: it has left (R21), or it stays whatever its contracts say (R5)."""

from dataclasses import replace
from datetime import date

from psabridge.kit.errors import BridgeError
from psabridge.rules.settings import Confirmation, Exemption, PairingSettings
from psabridge.rules.words import CompanyId


class NotDecided(BridgeError):
    """The word means no customer of this pairing, or says too little. Nothing was changed."""


def confirm(settings: PairingSettings, company: CompanyId, *, on: date) -> PairingSettings:
    _mapped(settings, company)
    others = tuple(one for one in settings.leaving_confirmed if one.company != company)
    return replace(settings, leaving_confirmed=_in_order(*others, Confirmation(company, on)))


def exempt(settings: PairingSettings, company: CompanyId, *, reason: str) -> PairingSettings:
    _mapped(settings, company)
    if not reason.strip():
        raise NotDecided(
            f"the exemption of company {company}", "says no reason", "Say why it stays: --reason TEXT"
        )
    others = tuple(one for one in settings.exempt_customers if one.company != company)
    exempted = (*others, Exemption(company, reason.strip()))
    return replace(settings, exempt_customers=tuple(sorted(exempted, key=lambda one: one.company)))


def end_exemption(settings: PairingSettings, company: CompanyId) -> PairingSettings:
    left = tuple(one for one in settings.exempt_customers if one.company != company)
    if left == settings.exempt_customers:
        raise NotDecided(f"company {company}", "is not exempt", "See who is: psabridge leaving")
    return replace(settings, exempt_customers=left)


def _in_order(*confirmed: Confirmation) -> tuple[Confirmation, ...]:
    return tuple(sorted(confirmed, key=lambda one: one.company))


def _mapped(settings: PairingSettings, company: CompanyId) -> None:
    if not any(customer.company == company for customer in settings.customers):
        raise NotDecided(
            f"company {company}",
            "has no tenant in this pairing",
            "Use the company's number in Autotask, as psabridge leaving lists it",
        )
