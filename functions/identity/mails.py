"""The texts of identity's own mails, in the three languages. The notifications domain will own templates for the rest."""

from dataclasses import dataclass

from functions.identity.model import Challenge, Locale, Purpose


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str


_CODE: dict[tuple[Purpose, Locale], tuple[str, str]] = {
    (Purpose.SIGN_UP, "en"): (
        "{code} is your Metco code",
        "Welcome to Metco.\n\nYour code is {code}. It is good for 15 minutes.\n\n"
        "If you did not ask for it, ignore this mail: nothing happens without the code.\n",
    ),
    (Purpose.SIGN_UP, "uk"): (
        "{code} — ваш код Metco",
        "Вітаємо у Metco.\n\nВаш код: {code}. Він дійсний 15 хвилин.\n\n"
        "Якщо ви його не запитували, не зважайте на цей лист: без коду нічого не станеться.\n",
    ),
    (Purpose.SIGN_UP, "hi"): (
        "{code} आपका Metco कोड है",
        "Metco में आपका स्वागत है।\n\nआपका कोड {code} है। यह 15 मिनट तक मान्य है।\n\n"
        "यदि आपने यह कोड नहीं माँगा था, तो इस मेल को अनदेखा करें: कोड के बिना कुछ नहीं होगा।\n",
    ),
    (Purpose.PASSWORD_RESET, "en"): (
        "{code} is your code for a new password",
        "Your code to set a new Metco password is {code}. It is good for 15 minutes.\n\n"
        "If you did not ask for it, ignore this mail: your password stays as it is.\n",
    ),
    (Purpose.PASSWORD_RESET, "uk"): (
        "{code} — ваш код для нового пароля",
        "Ваш код, щоб задати новий пароль Metco: {code}. Він дійсний 15 хвилин.\n\n"
        "Якщо ви його не запитували, не зважайте на цей лист: ваш пароль не зміниться.\n",
    ),
    (Purpose.PASSWORD_RESET, "hi"): (
        "{code} नए पासवर्ड के लिए आपका कोड है",
        "नया Metco पासवर्ड रखने के लिए आपका कोड {code} है। यह 15 मिनट तक मान्य है।\n\n"
        "यदि आपने यह कोड नहीं माँगा था, तो इस मेल को अनदेखा करें: आपका पासवर्ड वही रहेगा।\n",
    ),
}
_KNOWN: dict[Locale, tuple[str, str]] = {
    "en": (
        "You already have a Metco account",
        "Somebody, probably you, wanted to open an account with this address. You have one already: sign in, or reset "
        "your password if you forgot it.\n",
    ),
    "uk": (
        "У вас уже є обліковий запис Metco",
        "Хтось, імовірно ви, хотів створити обліковий запис із цією адресою. Він у вас уже є: увійдіть або скиньте "
        "пароль, якщо забули його.\n",
    ),
    "hi": (
        "आपका Metco खाता पहले से है",
        "किसी ने, शायद आपने, इस पते से खाता खोलना चाहा। आपका खाता पहले से है: साइन इन करें, या पासवर्ड भूल गए हों तो नया रखें।\n",
    ),
}


def mail_for(challenge: Challenge, *, code: str, known: bool) -> Mail | None:
    """Only the mail tells whether the address has an account, and only its owner reads the mail."""
    if known != (challenge.purpose is Purpose.PASSWORD_RESET):
        if challenge.purpose is Purpose.PASSWORD_RESET:
            return None  # a stranger's address: it never asked to hear from us
        subject, text = _KNOWN[challenge.locale]
    else:
        subject, text = _CODE[challenge.purpose, challenge.locale]
    return Mail(challenge.email, subject.format(code=code), text.format(code=code))
