"""Customers: whom a payment method is saved for. # docs.stripe.com/api/customers"""

from local.stripe.call import Call
from local.stripe.routes import route
from local.stripe.wire import Document, invalid, missing_object

PLAIN = ("address", "description", "email", "name", "phone", "preferred_locales", "shipping", "tax_exempt")


@route("POST", "/v1/customers", "CustomerCreateParams")
def create(call: Call) -> Document:
    customer: Document = {
        "id": call.id("cus"),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": call.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": call.state.drawn(8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
        "_cash": {},
    }
    _fill(call, customer)
    call.add(customer, "customer.created")
    if method := call.params.get("payment_method"):
        from local.stripe.objects.payment_methods import attached

        attached(call, call.get("payment_method", method, "payment_method"), customer["id"])
    return customer


@route("POST", "/v1/customers/{id}", "CustomerModifyParams")
def update(call: Call) -> Document:
    customer = live(call, call.names["id"])
    before = dict(customer)
    _fill(call, customer)
    return call.save(customer, "customer.updated", before)


@route("GET", "/v1/customers/{id}", "CustomerRetrieveParams")
def retrieve(call: Call) -> Document:
    customer = call.named("customer")
    return {name: customer[name] for name in ("id", "object", "deleted")} if customer.get("deleted") else customer


@route("GET", "/v1/customers", "CustomerListParams")
def listing(call: Call) -> Document:
    equal = {"email": call.params["email"]} if "email" in call.params else {}
    return call.listed(
        "customer", [one for one in call.state.find("customer", call.account, **equal) if not _gone(one)]
    )


@route("DELETE", "/v1/customers/{id}")
def delete(call: Call) -> Document:
    """Its methods go with it and cannot be used again; what was paid stays. # docs.stripe.com/api/customers/delete"""
    from local.stripe.objects.payment_methods import detached

    customer = live(call, call.names["id"])
    for method in call.state.find("payment_method", call.account, customer=customer["id"]):
        detached(call, method)
    gone = {"id": customer["id"], "object": "customer", "deleted": True}
    call.tell("customer.deleted", customer)
    call.save(gone | {"created": customer["created"]})
    return gone


def live(call: Call, id: str, param: str = "") -> Document:
    customer = call.get("customer", id, param)
    if _gone(customer):
        raise missing_object("customer", id, param or "id", 400 if param else 404)
    return customer


def _gone(customer: Document) -> bool:
    return bool(customer.get("deleted"))


def _fill(call: Call, customer: Document) -> None:
    for name in PLAIN:
        if name in call.params:
            customer[name] = call.params[name] or ([] if name == "preferred_locales" else None)
    if not customer["tax_exempt"]:
        customer["tax_exempt"] = "none"
    if settings := call.params.get("invoice_settings"):
        if method := settings.get("default_payment_method"):
            owner = call.get("payment_method", method, "invoice_settings[default_payment_method]")["customer"]
            if owner != customer["id"]:
                raise invalid(
                    "The customer does not have a payment method with the ID "
                    f"{method}. The payment method must be attached to the customer.",
                    param="invoice_settings[default_payment_method]",
                    code="resource_missing",
                )
        customer["invoice_settings"] |= {name: value or None for name, value in settings.items()}
    customer["metadata"] = call.metadata(customer["metadata"])
