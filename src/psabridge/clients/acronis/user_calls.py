"""The first administrator, in this order: check the login, create, give a role, send the mail (Ac25)."""

from collections.abc import Sequence
from enum import StrEnum

from psabridge.clients.acronis.forms import NewUser, RoleGrant, UserChange
from psabridge.clients.acronis.paging import walk
from psabridge.clients.acronis.records import Role, Roles, User, UserMfa
from psabridge.clients.acronis.requests import users as ask
from psabridge.clients.acronis.session import Session
from psabridge.clients.acronis.wire import Page


class LoginState(StrEnum):
    FREE = "free"
    TAKEN = "taken"
    NOT_ACCEPTABLE = "not acceptable"


_LOGIN_STATES = {204: LoginState.FREE, 409: LoginState.TAKEN, 406: LoginState.NOT_ACCEPTABLE}


class UserCalls:
    def __init__(self, session: Session) -> None:
        self._session = session

    def check_login(self, login: str) -> LoginState:
        return _LOGIN_STATES[self._session.read_status(ask.check_login(login), frozenset(_LOGIN_STATES))]

    def of_tenant(self, tenant_id: str) -> Page[User]:
        return walk(self._session, ask.users_of(tenant_id), ask.users_after, User)

    def read(self, user_id: str) -> User:
        return self._session.read_record(ask.user(user_id), User)

    def create(self, form: NewUser) -> User:
        """After an unknown outcome look the login up before asking again (design 7)."""
        return self._session.write_record(ask.create_user(form), User)

    def update(self, user_id: str, change: UserChange) -> User:
        return self._session.write_record(ask.update_user(user_id, change), User)

    def delete(self, user_id: str, version: int) -> None:
        self._session.write(ask.delete_user(user_id, version))

    def roles(self, user_id: str) -> tuple[Role, ...]:
        return self._session.read_record(ask.access_policies(user_id), Roles).items

    def replace_roles(self, user_id: str, grants: Sequence[RoleGrant]) -> None:
        """Replaces all roles of the user (Ac26)."""
        self._session.write_record(ask.put_access_policies(user_id, grants), Roles)

    def send_activation_mail(self, user_id: str) -> None:
        self._session.write(ask.send_activation_mail(user_id))

    def set_mfa(self, user_id: str, *, enabled: bool) -> None:
        self._session.write_record(ask.set_user_mfa(user_id, enabled=enabled), UserMfa)
