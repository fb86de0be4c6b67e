"""How legs and sales are kept: as one text each, shortened by the words that all of them are written in.

A row is paid for by the KiB begun, and a sale of two lines has most of one in names alone. See record 0055.
"""

from functools import cache

from kernel.shorthand import Shorthand

# What is likelier stands later. To change any of it, put another before it: this stays, for what was written by it.
_WORDS = (
    '{"account":"platform:fees","amount":{"minor":"stripe:available","refunds:in_transit","amount":{"minor":-'
    '{"account":"buyer:usr_:credits","amount":{"minor":-1,"currency":"USD"}},{"account":"store:sto_:debt",'
    '"amount":{"minor":1,"currency":"EUR"}},{"account":"platform:commission_tax","amount":{"minor":-1,"currency":"EUR"'
    '}},{"references":["ord_","slo_","hld_","rfd_"],"legs":[{"account":"stripe:pending","amount":{"minor":1,'
    '"currency":"EUR"}},{"account":"hold:hld_","amount":{"minor":1,"currency":"EUR"}},{"account":"platform:promotions",'
    '"amount":{"minor":1,"currency":"EUR"}},{"account":"tax:payable","amount":{"minor":-1,"currency":"EUR"}},'
    '{"account":"platform:commission_held","amount":{"minor":1,"currency":"EUR"}},{"account":"platform:commission",'
    '"amount":{"minor":-1,"currency":"EUR"}},{"account":"store:sto_:available","amount":{"minor":-1,"currency":"EUR"}}'
    ',{"references":["slo_"],"legs":[{"account":"seller-order:slo_:pending","amount":{"minor":1,"currency":"EUR"}},'
    '{"sale":{"order_id":"ord_","seller_order_id":"slo_","store_id":"sto_","buyer_id":"usr_","payment_id":"pay_",'
    '"lines":[{"line_id":"ship","goods":{"minor":0,"currency":"EUR"},"tax":{"minor":0,"currency":"EUR"},"subsidy":{'
    '"minor":0,"currency":"EUR"},"commission":{"minor":0,"currency":"EUR"},"commission_tax":{"minor":0,'
    '"currency":"EUR"},"terms":{"rule_id":"cmr_","scope":"category","scope":"store","scope":"platform","tiers":[{'
    '"above":0,"rate_bps":1000}],"fixed":0,"minimum":0,"maximum":null,"tax_bps":0}},{"line_id":"lin_"}],'
    '"card":{"minor":0,"currency":"EUR"},"credits":{"minor":0,"currency":"EUR"}},"so_far":{"lines":{},"sum":{"net":{'
    '"minor":0,"currency":"EUR"},"commission":{"minor":0,"currency":"EUR"},"commission_tax":{"minor":0,"currency":"EUR"'
    '},"tax":{"minor":0,"currency":"EUR"},"subsidy":{"minor":0,"currency":"EUR"},"card":{"minor":0,"currency":"EUR"},'
    '"credits":{"minor":0,"currency":"EUR"},"disputed":{"minor":0,"currency":"EUR"}}},"freezes":["dsp_","ret_"],'
    '"released":true,"freezes":[],"version":2}"released":false,"freezes":[],"version":1}'
)


@cache
def shorthand() -> Shorthand:
    return Shorthand(_WORDS)
