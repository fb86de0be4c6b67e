"""Things as stores describe them: three languages, six variants, four pictures; so are pages and prices measured."""

from typing import Any

DESCRIPTIONS = {
    "en": "A pour-over kettle of brushed steel with a long, narrow spout, for whoever likes to take time over coffee. "
    "It holds nine tenths of a litre, stands firmly on gas, induction and glass, and its handle stays cool. ",
    "uk": "Чайник із матової сталі з довгим тонким носиком, для тих, хто варить каву без поспіху. "
    "Вміщує дев'ять десятих літра, надійно стоїть на газі, індукції та склокераміці, ручка не нагрівається. ",
    "hi": "लंबी, पतली टोंटी वाली ब्रश की हुई स्टील की केतली, उनके लिए जो कॉफ़ी बनाने में समय लेना पसंद करते हैं। "
    "इसमें नौ सौ मिलीलीटर पानी आता है, यह गैस, इंडक्शन और काँच पर मज़बूती से टिकती है, और इसका हैंडल ठंडा रहता है। ",
}
TITLES = {"en": "Pour-over kettle, brushed steel", "uk": "Чайник для кави, матова сталь", "hi": "ब्रश स्टील की कॉफ़ी केतली"}
ALT_TEXTS = {"en": "The kettle from the side", "uk": "Чайник збоку", "hi": "केतली बगल से"}
COLOURS, SIZES = ("Steel", "Black", "Copper"), ("0.6 l", "0.9 l")
VARIANTS = len(COLOURS) * len(SIZES)
PICTURES = 4
CONDITIONS = ("new", "refurbished", "used")  # of its three offers
TIMES = 4  # that a description is written down: about a page of text


def an_item(category_id: str, number: int, image_ids: list[str]) -> dict[str, Any]:
    """The body of the one call that lists it."""
    return {
        "language": "en",
        "texts": {
            locale: {
                "title": f"{TITLES[locale]} {number}",
                "description": DESCRIPTIONS[locale] * TIMES,
                "search_title": TITLES[locale],
                "search_description": DESCRIPTIONS[locale][:120],
            }
            for locale in TITLES
        },
        "category_id": category_id,
        "brand": "Fellow travellers",
        "options": [{"code": "colour", "values": list(COLOURS)}, {"code": "size", "values": list(SIZES)}],
        "pictures": [{"image_id": one, "alt": ALT_TEXTS} for one in image_ids],
        **an_offer(CONDITIONS[0], number),
    }


def an_offer(condition: str, number: int) -> dict[str, Any]:
    remarks = {locale: {"shipping": DESCRIPTIONS[locale][:100]} for locale in TITLES}
    return {
        "condition": condition,
        "remarks": remarks,
        "takes_proposals": True,
        "prices": {"EUR": 79_00, "USD": 89_00, "UAH": 3_490_00},
        "compare_at": {"EUR": 99_00},
        "cost": {"EUR": 41_00},
        "weight_g": 740,
        "variants": [
            {
                "options": {"colour": colour, "size": size},
                "sku": f"K{number}-{condition[0]}-{colour}-{size}",
                "quantity": 25,
            }
            for colour in COLOURS
            for size in SIZES
        ],
    }


def a_one_off(category_id: str) -> dict[str, Any]:
    """What a person sells who sells one thing."""
    return {
        "texts": {"en": {"title": "Leica M3", "description": DESCRIPTIONS["en"]}},
        "category_id": category_id,
        "condition": "used",
        "prices": {"EUR": 1_290_00},
        "quantity": 1,
    }
