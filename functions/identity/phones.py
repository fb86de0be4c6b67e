"""Telephone numbers as the world's numbering plans have them."""


def e164(text: str) -> str:
    """One form for one number, however it was written. It needs the country's code: nobody says where they are."""
    import phonenumbers  # here, not on top: only a few routes have to do with numbers

    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        raise ValueError("a telephone number begins with + and the country's code") from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError("there is no such telephone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def takes_sms(number: str) -> bool:
    """Premium and toll-free numbers do not: whoever has codes sent to those wants our money."""
    from phonenumbers import PhoneNumberType, number_type, parse

    return number_type(parse(number)) in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def region(number: str) -> str:
    """The country, as in ISO 3166; empty for numbers of no country, such as satellite telephones."""
    from phonenumbers import parse, region_code_for_number

    return region_code_for_number(parse(number)) or ""
