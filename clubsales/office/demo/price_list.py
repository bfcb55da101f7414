"""What the demo clubs sell."""

from dataclasses import dataclass
from datetime import timedelta

from clubsales.membership.catalogue.rules import CardKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStory:
    """A line of the price list, in yuan and days. `appeal` weighs how often a new guest takes it."""

    code: str
    name: str
    name_en: str
    description: str
    description_en: str
    price: str
    kind: CardKind = CardKind.TERM
    floor: str | None = None
    days: int | None = None
    visits: int | None = None
    no_discount: bool = False
    all_clubs: bool = False
    online: bool = False
    appeal: int = 0


PRICE_LIST = (
    CardStory(
        code="annual",
        name="年卡",
        name_en="Annual card",
        description="全年不限次，含团课与泳池",
        description_en="A year without limit, classes and pool included",
        price="3980.00",
        floor="3380.00",
        days=365,
        online=True,
        appeal=26,
    ),
    CardStory(
        code="annual-two",
        name="双人年卡",
        name_en="Annual card for two",
        description="两人全年不限次",
        description_en="A year without limit for two",
        price="6800.00",
        floor="5980.00",
        days=365,
        appeal=7,
    ),
    CardStory(
        code="half-year",
        name="半年卡",
        name_en="Half-year card",
        description="半年不限次",
        description_en="Six months without limit",
        price="2280.00",
        floor="1980.00",
        days=182,
        appeal=15,
    ),
    CardStory(
        code="month",
        name="月卡",
        name_en="Month card",
        description="30 天不限次",
        description_en="30 days without limit",
        price="399.00",
        days=30,
        online=True,
        appeal=20,
    ),
    CardStory(
        code="pool-30",
        name="泳池 30 次卡",
        name_en="Pool, 30 visits",
        description="一年内使用 30 次",
        description_en="30 visits within a year",
        price="1500.00",
        floor="1350.00",
        kind=CardKind.VISITS,
        days=365,
        visits=30,
        online=True,
        appeal=10,
    ),
    CardStory(
        code="yoga-20",
        name="瑜伽 20 次卡",
        name_en="Yoga, 20 visits",
        description="半年内使用 20 次",
        description_en="20 visits within six months",
        price="1880.00",
        floor="1680.00",
        kind=CardKind.VISITS,
        days=182,
        visits=20,
        appeal=9,
    ),
    CardStory(
        code="trial-week",
        name="体验周卡",
        name_en="Trial week",
        description="首次到店 7 天体验",
        description_en="Seven days to try the club",
        price="99.00",
        days=7,
        no_discount=True,
        online=True,
        appeal=15,
    ),
    CardStory(
        code="annual-all",
        name="通店年卡",
        name_en="Annual card, all clubs",
        description="全部会所全年不限次",
        description_en="A year without limit in every club",
        price="5980.00",
        floor="5380.00",
        days=365,
        all_clubs=True,
        appeal=6,
    ),
    CardStory(
        code="towel",
        name="运动毛巾",
        name_en="Towel",
        description="纯棉，35 × 75 厘米",
        description_en="Cotton, 35 x 75 cm",
        price="60.00",
        kind=CardKind.GOODS,
    ),
    CardStory(
        code="bottle",
        name="运动水壶",
        name_en="Bottle",
        description="700 毫升",
        description_en="700 ml",
        price="45.00",
        kind=CardKind.GOODS,
    ),
)
CARD_CODES = tuple(card.code for card in PRICE_LIST if card.appeal)
CARD_WEIGHTS = tuple(card.appeal for card in PRICE_LIST if card.appeal)
GOODS_CODES = tuple(card.code for card in PRICE_LIST if card.kind is CardKind.GOODS)
DEPOSIT_CARDS = ("annual", "annual-two", "half-year", "annual-all", "yoga-20", "pool-30")
SHORT_TERM = timedelta(days=31)
