"""Who becomes the first user of a new tenant (ACR-PRV-05, R36)."""

from psabridge.rules.arriving.addresses import address_for
from psabridge.rules.arriving.ground import ArrivalGround
from psabridge.rules.arriving.logins import is_acceptable, login_of_company
from psabridge.rules.arriving.settings import AccountFrom
from psabridge.rules.arriving.stops import no_contact, no_login
from psabridge.rules.findings import Finding
from psabridge.rules.plans.arrival_changes import CreateUser
from psabridge.rules.psa import Company


def account_of(company: Company, ground: ArrivalGround) -> CreateUser | Finding:
    """The first user, or why there can be none: never the other of the two ways."""
    new, who = ground.settings.new_customers, ground.newcomer(company)
    if new.account_from is AccountFrom.COMPANY_NAME:
        login = login_of_company(company.name, company.id)
        address = address_for(company.id, new.activation_emails, new.activation_email)
        return CreateUser(who, login, address, company.name, "")
    contact = ground.newcomers.contacts.get(company.id)
    if contact is None or not contact.email or "@" not in contact.email:
        return no_contact(company)
    if not is_acceptable(contact.email):
        return no_login(company, contact.email)
    return CreateUser(who, contact.email, contact.email, contact.first_name, contact.last_name)
