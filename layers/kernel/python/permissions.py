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
    "edit_products": allow(store="edit_products", scope="products:write"),
    "view_orders": allow(store="view_orders", scope="store_orders:read"),
    "withdraw_funds": allow(store="withdraw_funds"),
    "follow_store": allow(own=True),
    # catalog
    "read_products": allow(store="edit_products", scope="products:read"),
    "manage_catalog": allow(roles=("moderator", "admin")),
    "query_catalog": allow(own=True, guest=True, scope="products:read"),
    "request_product": allow(own=True, store="edit_products"),
    "read_product_request": allow(own=True, store="edit_products", roles=("moderator", "admin")),
    "review_products": allow(roles=("moderator", "admin")),
    # catalog: digital goods. What a buyer may download is the buyer's own; the store's people give and take gifts back
    "read_downloads": allow(own=True, guest=True),
    "return_download": allow(own=True, guest=True),
    "give_downloads": allow(store="edit_products"),
    # catalog: bargaining. A buyer's proposal is the buyer's own; the store's people answer it
    "propose_price": allow(own=True),
    "answer_proposal": allow(store="edit_products", scope="proposals:write"),
    # inventory
    "read_stock": allow(store="edit_products", scope="stock:read"),
    "edit_stock": allow(store="edit_products", scope="stock:write"),
    "read_reservations": allow(roles=("moderator", "admin")),
    # baskets: whoever buys has one, with an account or without
    "read_basket": allow(own=True, guest=True, scope="basket:read"),
    "edit_basket": allow(own=True, guest=True, scope="basket:write"),
    "quote_basket": allow(own=True, guest=True, scope="basket:read"),
    "say_codes": allow(own=True, guest=True, scope="basket:write"),
    # baskets: promotions. What a seller gives off a price is a price; what the platform gives, finance answers for
    "manage_promotions": allow(store="edit_products"),
    "manage_platform_promotions": allow(roles=("finance",)),
    # ledger. The books are finance's alone: whoever runs the platform otherwise need not know what people have
    "read_credits": allow(own=True, scope="credits:read"),
    "read_funds": allow(store="view_sales", scope="funds:read"),
    "read_books": allow(roles=("finance",)),
    "keep_books": allow(roles=("finance",)),
    "manage_commission": allow(roles=("finance",)),
    "set_rates": allow(roles=("finance",)),
    "read_rates": allow(own=True),
    "grant_credits": allow(roles=("finance",)),
    "give_credits": allow(own=True),
    "approve_withdrawals": allow(roles=("finance",)),
    # orders. An order is its owner's, a guest's too; a store sees its part by view_orders; the parked are finance's
    "check_out": allow(own=True, guest=True),
    "read_order": allow(own=True, roles=("finance", "admin"), guest=True, scope="orders:read"),
    "list_orders": allow(own=True, guest=True, scope="orders:read"),
    "cancel_order": allow(own=True, guest=True),
    "claim_order": allow(own=True),
    "change_order": allow(own=True, guest=True),
    "return_goods": allow(own=True, guest=True),
    "receive_order": allow(own=True, guest=True),
    "fulfil_orders": allow(store="view_orders", scope="store_orders:write"),
    "manage_orders": allow(roles=("finance", "admin")),
    # payments. A payment is its buyer's own, a guest's too; what leaves to sellers is a store's; the rest is finance's
    "buy_credits": allow(own=True),
    "read_payments": allow(own=True, roles=("finance",), guest=True),
    "cancel_payment": allow(own=True, guest=True),
    "manage_payment_methods": allow(own=True),
    "manage_payout_account": allow(store="withdraw_funds"),
    "read_payouts": allow(store="view_sales", scope="funds:read"),
    "answer_chargebacks": allow(store="view_orders"),
    "search_payments": allow(roles=("finance",)),
    "manage_payments": allow(roles=("finance",)),
    "reconcile_books": allow(roles=("finance",)),
    # reports: whoever may be remembered sends what they did themself; what nobody is known for has no permission
    "add_activity": allow(own=True, guest=True),
    # search
    "manage_search": allow(roles=("moderator", "admin")),
    "read_recently_viewed": allow(own=True, guest=True),
    "clear_recently_viewed": allow(own=True, guest=True),
    "bring_purchases": allow(roles=("admin",)),
}

SCOPES = frozenset(rule.scope for rule in PERMISSIONS.values() if rule.scope)  # what an API key can be given
