"""Users of a tenant: the first administrator and his roles."""

from collections.abc import Sequence

from psabridge.clients.acronis.call import Call, json_body, path_id
from psabridge.clients.acronis.forms import NewUser, RoleGrant, UserChange

USERS = "/api/2/users"


def check_login(login: str) -> Call:
    return Call("check login", "GET", f"{USERS}/check_login", (("username", login),))


def users_of(tenant_id: str) -> Call:
    return Call("list users", "GET", USERS, (("tenant_id", path_id(tenant_id)), ("lod", "full")))


def users_after(cursor: str) -> Call:
    return Call("list users", "GET", USERS, (("after", cursor),))


def user(user_id: str) -> Call:
    return Call("read user", "GET", f"{USERS}/{path_id(user_id)}")


def create_user(form: NewUser) -> Call:
    return Call("create user", "POST", USERS, body=json_body(form.wire()))


def update_user(user_id: str, change: UserChange) -> Call:
    return Call(
        "update user", "PUT", f"{USERS}/{path_id(user_id)}", body=json_body(change.wire()), versioned=True
    )


def delete_user(user_id: str, version: int) -> Call:
    path = f"{USERS}/{path_id(user_id)}"
    return Call("delete user", "DELETE", path, (("version", str(version)),), versioned=True)


def access_policies(user_id: str) -> Call:
    return Call("read roles", "GET", f"{USERS}/{path_id(user_id)}/access_policies")


def put_access_policies(user_id: str, grants: Sequence[RoleGrant]) -> Call:
    path = f"{USERS}/{path_id(user_id)}/access_policies"
    body = json_body({"items": [grant.wire() for grant in grants]})
    return Call("replace roles", "PUT", path, body=body, versioned=True)


def send_activation_mail(user_id: str) -> Call:
    return Call("send activation mail", "POST", f"{USERS}/{path_id(user_id)}/send-activation-email")


def set_user_mfa(user_id: str, *, enabled: bool) -> Call:
    path = f"{USERS}/{path_id(user_id)}/mfa/status"
    return Call("set second factor of a user", "PUT", path, body=json_body({"enabled": enabled}))
