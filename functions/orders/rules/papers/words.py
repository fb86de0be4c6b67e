"""The words of invoices and credit notes, in the languages that Metco speaks."""

from collections.abc import Mapping
from typing import TypedDict

from functions.orders.model.papers import Language


class Words(TypedDict):
    invoice: str
    credit_note: str
    number: str
    date: str
    order: str
    of_invoice: str
    seller: str
    buyer: str
    what: str
    quantity: str
    net: str
    tax: str
    total: str
    shipping: str
    sum: str
    discount: str
    paid: str
    credited: str
    erased: str
    page: str
    issued: str


WORDS: Mapping[Language, Words] = {
    "en": {
        "invoice": "Invoice",
        "credit_note": "Credit note",
        "number": "Number",
        "date": "Date",
        "order": "Order",
        "of_invoice": "For invoice",
        "seller": "Seller",
        "buyer": "Buyer",
        "what": "Description",
        "quantity": "Quantity",
        "net": "Net",
        "tax": "Tax",
        "total": "Total",
        "shipping": "Shipping",
        "sum": "Sum",
        "discount": "Paid by Metco (discount)",
        "paid": "Paid by the buyer",
        "credited": "Taken back",
        "erased": "Name and address were erased at the buyer's request.",
        "page": "Page",
        "issued": "Issued by Metco in the name of the seller.",
    },
    "uk": {
        "invoice": "Рахунок-фактура",
        "credit_note": "Кредит-нота",
        "number": "Номер",
        "date": "Дата",
        "order": "Замовлення",
        "of_invoice": "До рахунка",
        "seller": "Продавець",
        "buyer": "Покупець",
        "what": "Найменування",
        "quantity": "Кількість",
        "net": "Без податку",
        "tax": "Податок",
        "total": "Разом",
        "shipping": "Доставка",
        "sum": "Усього",
        "discount": "Сплачує Metco (знижка)",
        "paid": "Сплачено покупцем",
        "credited": "Повернено",
        "erased": "Ім’я та адресу видалено на прохання покупця.",
        "page": "Сторінка",
        "issued": "Виставлено Metco від імені продавця.",
    },
    "hi": {
        "invoice": "चालान",
        "credit_note": "क्रेडिट नोट",
        "number": "क्रमांक",
        "date": "दिनांक",
        "order": "ऑर्डर",
        "of_invoice": "मूल चालान",
        "seller": "विक्रेता",
        "buyer": "खरीदार",
        "what": "विवरण",
        "quantity": "मात्रा",
        "net": "कर से पहले",
        "tax": "कर",
        "total": "कुल",
        "shipping": "डिलीवरी",
        "sum": "योग",
        "discount": "Metco द्वारा भुगतान (छूट)",
        "paid": "खरीदार द्वारा भुगतान",
        "credited": "वापस की गई राशि",
        "erased": "खरीदार के अनुरोध पर नाम और पता हटा दिया गया है।",
        "page": "पृष्ठ",
        "issued": "Metco द्वारा विक्रेता की ओर से जारी।",
    },
}
