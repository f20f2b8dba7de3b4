"""A tenant's pricing mode, its second factor and its applications (acronis-api.md 3.3, 3.4, 5)."""

from typing import Any

from psabridge_emulators.acronis import bodies
from psabridge_emulators.acronis.catalogue import APPLICATIONS, ITEMS, Application
from psabridge_emulators.acronis.errors import bad_request, forbidden, not_found
from psabridge_emulators.acronis.presenting import pricing_row
from psabridge_emulators.acronis.records import Tenant
from psabridge_emulators.acronis.routing import Call, Routes, check_version
from psabridge_emulators.acronis.shapes import comma_list, flag, identity
from psabridge_emulators.acronis.tenant_routes import check_lock, check_own
from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.frame.wire import Reply

ROUTES = Routes("/api/2")


@ROUTES.add("GET", "/tenants/{tenant_id}/pricing")
def get_pricing(call: Call) -> Reply:
    return Reply.of(200, pricing_row(call.tenant()))


@ROUTES.add("PUT", "/tenants/{tenant_id}/pricing", body=bodies.PRICING_PUT)
def set_pricing(call: Call) -> Reply:
    """Trial to production once, never back; how `suspended` is reached is not described (doubt 9)."""
    tenant, body = call.tenant(), call.body
    check_own(call.world, tenant)
    check_lock(call.world, tenant)
    check_version(body["version"], tenant.pricing_version)
    mode = body.get("mode", tenant.mode)
    if mode != tenant.mode and (tenant.mode, mode) != ("trial", "production"):
        raise bad_request(f"The mode cannot be changed from {tenant.mode} to {mode}", mode=mode)
    if "currency" in body:
        tenant.currency = body["currency"]
    if mode == tenant.mode:
        tenant.pricing_version = call.world.stamp(tenant.pricing_version)
    else:
        call.world.set_mode(tenant, mode, call.now)
    return Reply.of(200, pricing_row(tenant))


def _second_factor(world: AcronisWorld, tenant: Tenant) -> dict[str, Any]:
    if tenant.kind in ("folder", "unit"):
        raise bad_request(f"A {tenant.kind} takes the second factor from above", kind=tenant.kind)
    users = [user for user in world.users.values() if user.tenant_id == tenant.id and user.deleted_at is None]
    return {
        "mfa_status": "enabled" if tenant.mfa else "disabled",
        "update_allowed": tenant.mfa_update_allowed,
        "users_count": len(users),
        "users_with_totp_enabled_count": 0,
    }


@ROUTES.add("GET", "/tenants/{tenant_id}/mfa/status")
def get_second_factor(call: Call) -> Reply:
    return Reply.of(200, _second_factor(call.world, call.tenant()))


@ROUTES.add("PUT", "/tenants/{tenant_id}/mfa/status", body=bodies.MFA_PUT)
def set_second_factor(call: Call) -> Reply:
    """On a tenant it is on for its users too; `update_allowed` is to be asked first."""
    tenant, world = call.tenant(), call.world
    if not _second_factor(world, tenant)["update_allowed"]:
        raise forbidden("The second factor of this tenant cannot be changed")
    tenant.mfa = call.body["enabled"]
    world.touch(tenant)
    for user in world.users.values():
        if user.tenant_id == tenant.id:
            user.mfa = tenant.mfa
    return Reply.of(200, _second_factor(world, tenant))


@ROUTES.add("PUT", "/users/{user_id}/mfa/status", body=bodies.MFA_PUT)
def set_second_factor_of_user(call: Call) -> Reply:
    user = call.world.users.get(call.path["user_id"])
    if user is None or user.deleted_at is not None:
        raise not_found()
    call.tenant(user.tenant_id)
    user.mfa = call.body["enabled"]
    user.version += 1
    user.updated_at = call.now
    return Reply.of(200, {"mfa_status": "setup_required" if user.mfa else "disabled"})


def _application_row(application: Application) -> dict[str, Any]:
    usages = dict.fromkeys(kind.usage_name for kind in ITEMS if kind.application_id == application.id)
    return {
        "id": application.id,
        "name": application.name,
        "type": application.type,
        "usages": list(usages),
        "api_base_url": "/bc" if application.type == "backup" else f"/{application.type}",
    }


def _application(call: Call) -> Application:
    application = APPLICATIONS.get(call.path["application_id"])
    if application is None:
        raise not_found()
    return application


@ROUTES.add("GET", "/applications")
def list_applications(_call: Call) -> Reply:
    return Reply.of(200, {"items": [_application_row(one) for one in APPLICATIONS.values()]})


@ROUTES.add("GET", "/applications/{application_id}")
def get_application(call: Call) -> Reply:
    return Reply.of(200, _application_row(_application(call)))


@ROUTES.add("POST", "/applications/{application_id}/bindings/tenants/{tenant_id}")
def bind_application(call: Call) -> Reply:
    """Binding twice is no error: items switched on may have bound it already."""
    application, tenant = _application(call), call.tenant()
    if application.id not in call.world.provider(tenant).applications:
        raise forbidden("The parent tenant does not have the application")
    if application.id not in tenant.applications:
        tenant.applications.append(application.id)
    return Reply.empty()


@ROUTES.add("DELETE", "/applications/{application_id}/bindings/tenants/{tenant_id}")
def unbind_application(call: Call) -> Reply:
    application, tenant = _application(call), call.tenant()
    check_own(call.world, tenant)
    if application.id not in tenant.applications:
        raise not_found()
    tenant.applications.remove(application.id)
    return Reply.empty()


@ROUTES.add("GET", "/tenants/{tenant_id}/applications", query={"for_ui": flag})
def applications_of_tenant(call: Call) -> Reply:
    return Reply.of(200, {"items": call.tenant().applications})


@ROUTES.add("GET", "/tenants/applications", query={"tenants": comma_list(identity)}, required="tenants")
def applications_of_tenants(call: Call) -> Reply:
    found = call.readable(call.query["tenants"])
    rows = [{"tenant": tenant.id, "applications": tenant.applications} for tenant in found]
    return Reply.of(200, {"items": rows})
