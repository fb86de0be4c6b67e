"""A hundred thousand goods to search in: made by a seeded program, in three languages, as shops write them."""

import random
from collections.abc import Iterator
from itertools import accumulate

from functions.search.model.documents import Card, Document, StoreCard, StoreDocument

STORES = 800
BRANDS = 250
MODELS = 8_000
CITIES = ((50.45, 30.52), (49.84, 24.03), (46.48, 30.73), (28.61, 77.21), (19.07, 72.88), (12.97, 77.59), (52.53, 13.4))
LANGUAGES = ("en", "uk", "hi")

# Root and leaf of the category, then what there is in it, by language.
KINDS = tuple(
    (line[0].split("/"), *(tuple(names.split("|")) for names in line[1:]))
    for line in (
        ("electronics/headphones", "headphones|earbuds|headset", "навушники|гарнітура", "हेडफ़ोन|ईयरफ़ोन"),
        ("electronics/phones", "smartphone|mobile phone", "смартфон|мобільний телефон", "स्मार्टफ़ोन|मोबाइल फ़ोन"),
        ("electronics/cases", "case for a phone|bumper", "чохол для телефона|бампер", "मोबाइल कवर|फ़ोन केस"),
        ("electronics/laptops", "laptop|notebook", "ноутбук|ультрабук", "लैपटॉप|नोटबुक"),
        ("electronics/keyboards", "keyboard|mechanical keyboard", "клавіатура", "कीबोर्ड"),
        ("fashion/dresses", "dress|maxi dress|gown", "сукня|сарафан", "ड्रेस|गाउन|साड़ी"),
        ("fashion/shirts", "shirt|t-shirt|polo", "сорочка|футболка", "शर्ट|टी-शर्ट|कुर्ता"),
        ("fashion/shoes", "running shoes|sneakers", "кросівки|кеди", "जूते|स्नीकर्स"),
        ("fashion/bags", "backpack|handbag|tote bag", "рюкзак|сумка", "बैकपैक|हैंडबैग|थैला"),
        ("fashion/watches", "watch|wristwatch", "годинник", "घड़ी"),
        ("home/cookware", "frying pan|saucepan", "сковорода|каструля", "कड़ाही|तवा"),
        ("home/kettles", "electric kettle|teapot", "чайник|заварник", "केतली|चायदानी"),
        ("home/chairs", "chair|armchair|office chair", "стілець|крісло", "कुर्सी|आरामकुर्सी"),
        ("home/tables", "table|coffee table|desk", "стіл|журнальний столик", "मेज़|कॉफ़ी टेबल"),
        ("home/bedding", "blanket|duvet|pillow", "ковдра|подушка|плед", "कंबल|तकिया|रज़ाई"),
        ("sports/bikes", "bicycle|mountain bike", "велосипед", "साइकिल"),
        ("sports/mats", "yoga mat|dumbbell", "килимок для йоги|гантелі", "योगा मैट|डम्बल"),
        ("books/novels", "novel|detective story", "роман|детектив", "उपन्यास|किताब"),
        ("toys/construction", "building blocks|puzzle", "конструктор|пазл", "खिलौना|पहेली"),
        ("beauty/creams", "face cream|serum", "крем для обличчя|сироватка", "फ़ेस क्रीम|सीरम"),
        ("auto/tyres", "tyre|winter tyre", "шина|зимова шина", "टायर"),
        ("photo/cameras", "film camera|camera lens", "фотоапарат|обʼєктив", "कैमरा|लेंस"),
    )
)
ADJECTIVES = {
    "en": "wireless red black leather cotton vintage handmade portable waterproof light classic modern foldable blue "
    "green wooden stainless rechargeable adjustable slim compact organic woollen ceramic",
    "uk": "бездротовий червоний чорний шкіряний бавовняний вінтажний портативний водостійкий легкий класичний сучасний "
    "складаний синій зелений деревʼяний сталевий тонкий компактний вовняний керамічний",
    "hi": "वायरलेस लाल काला सूती पुराना हस्तनिर्मित पोर्टेबल वाटरप्रूफ हल्का क्लासिक आधुनिक नीला हरा ऊनी",
}
PROSE = {
    "en": "durable quality gift home office travel battery hours warranty design comfort size new series edition set "
    "steel soft fast charging noise bluetooth kids adults summer winter outdoor indoor free delivery made by hand",
    "uk": "якість подарунок дім офіс подорож гарантія дизайн комфорт розмір нова серія набір сталь мʼякий швидкий діти "
    "літо зима доставка безкоштовна власними руками для щодня",
    "hi": "गुणवत्ता उपहार घर कार्यालय यात्रा वारंटी डिज़ाइन आराम आकार नया श्रृंखला सेट मुलायम तेज़ बच्चे गर्मी सर्दी मुफ़्त",
}
COLOURS = ("Red", "Black", "Blue", "Green", "White", "Grey", "Natural", "Midnight blue")
_SPOKEN = "so ka len vo xi ra mon te dar qui ze pho nex ul tra bel gor min sa lu"
SYLLABLES = tuple(_SPOKEN.split())


def _names(chance: random.Random, count: int, most: int) -> list[str]:
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(chance.choices(SYLLABLES, k=chance.randint(2, most))).capitalize()] = None
    return list(made)


class Corpus:
    """The same documents for the same seed, whoever asks for them and in whichever order."""

    def __init__(self, count: int, seed: int = 7) -> None:
        self.count, self._seed = count, seed
        chance = random.Random(seed)
        self._brands, self._models = _names(chance, BRANDS, 3), _names(chance, MODELS, 4)
        self._brand_weights = list(accumulate(1 / (rank + 1) ** 0.8 for rank in range(BRANDS)))
        self._store_weights = list(accumulate(1 / (rank + 1) ** 0.7 for rank in range(STORES)))
        self._words = {spoken: words.split() for spoken, words in ADJECTIVES.items()}
        self._prose = {spoken: words.split() for spoken, words in PROSE.items()}
        self._stores = [self._store(number, chance) for number in range(STORES)]

    def stores(self) -> list[StoreDocument]:
        return self._stores

    def documents(self) -> Iterator[Document]:
        return map(self.document, range(self.count))

    def document(self, number: int, revision: int = 1) -> Document:
        chance = random.Random(self._seed * 1_000_003 + number)
        path, *names = chance.choice(KINDS)
        brand = chance.choices(self._brands, cum_weights=self._brand_weights)[0]
        store = chance.choices(self._stores, cum_weights=self._store_weights)[0].card
        spoken = self._languages(chance)
        model = f"{chance.choice(self._models)} {chance.randint(1, 999)}"
        titles = {
            each: " ".join(
                [brand, *chance.sample(self._words[each], chance.randint(1, 3)), chance.choice(names[place]), model]
            )
            for place, each in enumerate(LANGUAGES)
            if each in spoken
        }
        minor = round(100 * chance.lognormvariate(4, 1.1))
        rated = chance.random() < 0.7
        return Document(
            revision=revision,
            card=Card(
                offer_id=f"ofr_{number:026d}",
                product_id=f"prd_{number:026d}",
                store_id=store.store_id,
                slug=f"item-{number}",
                language=spoken[0],
                titles=titles,
                category_path=(f"cat_{path[0]}", f"cat_{path[0]}_{path[1]}"),
                brand=brand,
                condition=chance.choices(("new", "used", "refurbished"), (75, 20, 5))[0],
                prices={"EUR": minor, "UAH": minor * 45} if chance.random() < 0.5 else {"EUR": minor},
                available=chance.random() < 0.85,
                rating=round(min(5, max(1, chance.gauss(4.1, 0.7))), 1) if rated else None,
                ratings=chance.randint(1, 300) if rated else 0,
                store_name=store.name,
                store_slug=store.slug,
                store_country=store.country,
                store_verified=store.verified,
                image_id=f"img_{number:026d}",
            ),
            descriptions={
                each: " ".join(chance.choices(self._prose[each], k=chance.randint(20, 50))) for each in spoken
            },
            attributes={"colour": chance.choice(COLOURS), "boxed": chance.random() < 0.5},
            codes=(f"SKU-{number}",),
            listed_at=1_700_000_000 + chance.randint(0, 60_000_000),
            popularity=chance.paretovariate(1.1) - 1,
            place=store.place,
        )

    @staticmethod
    def _languages(chance: random.Random) -> list[str]:
        spoken = chance.choices(LANGUAGES, (55, 28, 17))
        return [*spoken, "en"] if spoken != ["en"] and chance.random() < 0.35 else spoken

    def _store(self, number: int, chance: random.Random) -> StoreDocument:
        latitude, longitude = chance.choice(CITIES)
        place = (round(latitude + chance.gauss(0, 0.25), 2), round(longitude + chance.gauss(0, 0.3), 2))
        name = f"{chance.choice(self._brands)} {chance.choice(('Store', 'Shop', 'Market', 'House'))}"
        return StoreDocument(
            revision=1,
            card=StoreCard(
                store_id=f"sto_{number:026d}",
                slug=f"store-{number}",
                name=name,
                country=chance.choice(("UA", "IN", "DE")),
                verified=chance.random() < 0.6,
                rating=round(chance.uniform(2.5, 5), 2),
                ratings=chance.randint(1, 500),
                place=place,
            ),
            categories=tuple({f"cat_{path[0]}" for path, *_ in chance.sample(KINDS, 4)}),
        )
