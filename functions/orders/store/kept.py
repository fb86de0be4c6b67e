"""How orders and their parts are kept: as one text each, shortened by the words that all of them are written in.

A part of an order has some two dozen names in every line of it; without them it fits into one KiB, which is what a
write is paid by: twice in a transaction, and once in each index. See record 0055.
"""

from functools import cache

from kernel.shorthand import Shorthand

# What is likelier stands later. To change any of it, put another before it: this stays, for what was written by it.
_WORDS = (
    '"why":"Tax, included in the price","steps":["19 % in  EUR is  EUR, rounded with all of this rate"]},'
    '"steps":["10% of 0.00 EUR","this line\'s part of 0.00 EUR is 0.00 EUR","borne by the platform"]},{"about":"lin_'
    '"what":"promotion","amount":{"minor":-"what":"shipping","amount":{"minor":"why":"Parcel"},{"about":"sto_'
    '"what":"price","amount":{"minor":0,"currency":"EUR"},"why":"1 at 0.00 EUR"},{"about":"'
    '"state":"shipped","state":"delivered","state":"completed","state":"cancelled","reason":"by_buyer","not_sent"'
    ',"refunded":{"minor":,"given_off":{"minor":,"replaced":[{"variant_id":"var_","quantity":1,"sold_by":"ord_"}]'
    '"image_id":"img_","proposal_id":"ppl_","timers":{"ship_by":"202-","ask_by":"202-","receive_by":"202-'
    '"order_id":"ord_","quote_id":"qte_","buyer_id":"usr_","owner_id":"usr_","basket_id":"bsk_","basket_version":1,'
    '"state":"pending","state":"processing","currency":"EUR","totals":{"goods":{"minor":0,"currency":"EUR"},'
    '"discounts":{"minor":0,"currency":"EUR"},"shipping":{"minor":0,"currency":"EUR"},"tax":{"minor":0,'
    '"currency":"EUR"},"total":{"minor":0,"currency":"EUR"}},"paying":{"credits":{"minor":0,"currency":"EUR"},'
    '"card":{"minor":0,"currency":"EUR"},"method":"card","payment_method_id":"pm_","pay_by":"202-",'
    '"payment_id":"pay_","client_secret":"pi__secret_"},"uses":[{"promotion_id":"prm_","code":"","uses":1}],'
    '"store_ids":["sto_","sto_"],"pieces":1,"placed_at":"202-","cancel_asked_at":"202-","cancelled_at":"202-",'
    '{"seller_order_id":"slo_","order_id":"ord_","store_id":"sto_","state":"confirmed","number":1,'
    '"sold_by":{"name":"","country":"DE"},"sold_by":{"name":"","country":""},"lines":[{"line_id":"lin_'
    '","sent":1,"delivered":1,"shipping":{"method_id":"shm_","name":"Parcel","goods":{"minor":0,"currency":"EUR"},'
    '"subsidy":{"minor":0,"currency":"EUR"},"tax":{"minor":0,"currency":"EUR"},"total":{"minor":0,"currency":"EUR"}},'
    '"total":{"minor":0,"currency":"EUR"},"placed_at":"202-","confirmed_at":"202-","begun_at":"202-",'
    '"shipped_at":"202-","delivered_at":"202-","received":"buyer","completed_at":"202-","timers":{"settle_by":"202-'
    '","decide_by":"202-01-01T00:00:00.000000Z"},"settlement":{"state":"begun","attempt":1,"since":"202-'
    '"},"timers":{},"settlement":{"state":"none","attempt":0},"version":1}'
    '{"line_id":"lin_","product_id":"prd_","offer_id":"ofr_","offer_version":1,"variant_id":"var_","title":"",'
    '"options":{"colour":"Black"},"options":{},"kind":"goods","quantity":1,"unit_price":{"minor":0,"currency":"EUR"},'
    '"list_price":{"minor":0,"currency":"EUR"},"category_path":["cat_"],"category_path":[],"campaigns":[],'
    '"goods":{"minor":00,"currency":"EUR"},"subsidy":{"minor":0,"currency":"EUR"},"tax":{"minor":0,"currency":"EUR"},'
    '"total":{"minor":0,"currency":"EUR"},"sent":0,"delivered":0,"cancelled":0,"returned":0,"lost":0,"replaced":[]}'
)


@cache
def shorthand() -> Shorthand:
    return Shorthand(_WORDS)
