"""The countries there are (ISO 3166-1), and what is known of how addresses look in them: data, not decisions."""

from typing import NamedTuple

CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(CODES.split())


class Format(NamedTuple):
    """What a country's post asks for."""

    postcode: str = ""  # a regular expression; without one, any postcode or none will do
    example: str = ""
    region: bool = False  # a state or province is part of every address


FOUR, FIVE, SIX = r"\d{4}", r"\d{5}", r"\d{6}"
FORMATS = {
    "AT": Format(FOUR, "1010"),
    "AU": Format(FOUR, "2000", region=True),
    "BE": Format(FOUR, "1000"),
    "BG": Format(FOUR, "1000"),
    "BR": Format(r"\d{5}-?\d{3}", "01310-100", region=True),
    "CA": Format(r"[A-Z]\d[A-Z] ?\d[A-Z]\d", "K1A 0B1", region=True),
    "CH": Format(FOUR, "8001"),
    "CN": Format(SIX, "100000", region=True),
    "CZ": Format(r"\d{3} ?\d{2}", "110 00"),
    "DE": Format(FIVE, "10119"),
    "DK": Format(FOUR, "1050"),
    "EE": Format(FIVE, "10111"),
    "ES": Format(FIVE, "28013"),
    "FI": Format(FIVE, "00100"),
    "FR": Format(FIVE, "75001"),
    "GB": Format(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", "SW1A 1AA"),
    "GR": Format(r"\d{3} ?\d{2}", "104 31"),
    "HR": Format(FIVE, "10000"),
    "HU": Format(FOUR, "1051"),
    "IN": Format(r"[1-9]\d{2} ?\d{3}", "110001", region=True),
    "IT": Format(FIVE, "00118"),
    "JP": Format(r"\d{3}-?\d{4}", "100-0001", region=True),
    "KR": Format(FIVE, "03051"),
    "LT": Format(r"(?:LT-)?\d{5}", "LT-01100"),
    "LU": Format(r"(?:L-)?\d{4}", "1009"),
    "LV": Format(r"(?:LV-)?\d{4}", "LV-1010"),
    "MX": Format(FIVE, "06000", region=True),
    "NL": Format(r"[1-9]\d{3} ?[A-Z]{2}", "1012 JS"),
    "NO": Format(FOUR, "0150"),
    "NZ": Format(FOUR, "1010"),
    "PL": Format(r"\d{2}-?\d{3}", "00-001"),
    "PT": Format(r"\d{4}-?\d{3}", "1100-148"),
    "RO": Format(SIX, "010011"),
    "SE": Format(r"\d{3} ?\d{2}", "111 20"),
    "SG": Format(SIX, "018956"),
    "SI": Format(FOUR, "1000"),
    "SK": Format(r"\d{3} ?\d{2}", "811 01"),
    "TR": Format(FIVE, "34110"),
    "UA": Format(FIVE, "01001"),
    "US": Format(r"\d{5}(?:-\d{4})?", "94103", region=True),
    "ZA": Format(FOUR, "8001"),
}
ANY = Format()
