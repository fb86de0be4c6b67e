"""Where a buyer pays: a page that anybody may open, and that shows nothing without a payment's secret."""

from aws_lambda_powertools.event_handler import Response

from functions.payments import pay_page, stripe_api
from functions.payments.api.app import api
from functions.payments.model.stripe import StripeMisconfigured
from kernel.authz import PUBLIC

HTML = {200: {"description": "OK", "content": {"text/html": {"schema": {"type": "string"}}}}}


@api.get("/v1/pay", permit=PUBLIC, responses=HTML)
def show_pay_page() -> Response[str]:
    """Show the page on which a payment is made.

    Its secret stands behind the # of the address, where no server sees it: `/v1/pay#<client_secret>`. `?back=/path`
    says where to go from there. With a setup's secret, it saves a way to pay instead.
    """
    key, script_url = stripe_api.publishable_key(), stripe_api.script_url()
    if not key:
        raise StripeMisconfigured()
    body = pay_page.page(key, script_url)
    return Response(200, content_type="text/html; charset=utf-8", body=body, headers=dict(pay_page.headers(script_url)))
