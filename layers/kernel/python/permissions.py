"""The one table that decides every access: an action, and who may take it. Every route names the action it takes."""

from kernel.permit import Rule, allow

ROLES = ("customer", "seller", "moderator", "finance", "admin")

PERMISSIONS: dict[str, Rule] = {
    # identity
    "read_profile": allow(own=True, roles=("moderator", "admin")),
    "edit_profile": allow(own=True),
    "change_password": allow(own=True),
    "read_sessions": allow(own=True),
    "end_sessions": allow(own=True),
    "grant_roles": allow(roles=("admin",)),
    "read_addresses": allow(own=True),
    "edit_addresses": allow(own=True),
    "read_preferences": allow(own=True),
    "edit_preferences": allow(own=True),
    # stores: `own` is a place in the store, as its own table has it; `store` is the permission that place must include
    "open_store": allow(own=True),
    "list_my_stores": allow(own=True),
    "read_store": allow(own=True, roles=("moderator", "admin")),
    "edit_store": allow(own=True, store="edit_store"),
}
