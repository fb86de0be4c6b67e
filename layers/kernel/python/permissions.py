"""The one table that decides every access: an action, and who may take it. Every route names the action it takes."""

from kernel.permit import Rule, allow

ROLES = ("customer", "seller", "moderator", "finance", "admin")

PERMISSIONS: dict[str, Rule] = {
    # identity
    "read_profile": allow(own=True, roles=("moderator", "admin"), scope="profile:read"),
    "edit_profile": allow(own=True, scope="profile:write"),
    "change_password": allow(own=True),
    "change_contacts": allow(own=True),
    "change_second_factor": allow(own=True),
    "remove_second_factor": allow(roles=("admin",)),
    "manage_links": allow(own=True),
    "read_sessions": allow(own=True),
    "end_sessions": allow(own=True),
    "grant_roles": allow(roles=("admin",)),
    "read_addresses": allow(own=True, scope="addresses:read"),
    "edit_addresses": allow(own=True, scope="addresses:write"),
    "read_preferences": allow(own=True, scope="profile:read"),
    "edit_preferences": allow(own=True, scope="profile:write"),
    "read_api_keys": allow(own=True),
    "manage_api_keys": allow(own=True),
    "read_caller": allow(own=True, scope="profile:read", guest=True),
    "absorb_guest": allow(own=True),
    "export_data": allow(own=True),
    "erase_account": allow(own=True),
    # stores: `own` is a place in the store, as its own table has it; `store` is the permission that place must include
    "open_store": allow(own=True),
    "list_my_stores": allow(own=True, scope="stores:read"),
    "read_store": allow(own=True, roles=("moderator", "admin"), scope="stores:read"),
    "edit_store": allow(own=True, store="edit_store", scope="stores:write"),
    "read_staff": allow(own=True, store="manage_staff"),
    "manage_staff": allow(own=True, store="manage_staff"),
    "leave_store": allow(own=True),
    "transfer_store": allow(own=True),
    "answer_invitation": allow(own=True),
    "check_access": allow(own=True),
    "verify_store": allow(own=True),
    "review_stores": allow(roles=("moderator", "admin")),
    "suspend_stores": allow(roles=("moderator", "admin")),
    "view_sales": allow(store="view_sales"),
    "edit_products": allow(store="edit_products"),
    "view_orders": allow(store="view_orders"),
    "withdraw_funds": allow(store="withdraw_funds"),
    "follow_store": allow(own=True),
}

SCOPES = frozenset(rule.scope for rule in PERMISSIONS.values() if rule.scope)  # what an API key can be given
