"""What the demo clubs sell."""

from dataclasses import dataclass
from datetime import time, timedelta

from clubsales.membership.catalogue.rules import CardKind
from clubsales.membership.catalogue.terms import CardTerms, StartRule, Window

STANDARD_TERMS = CardTerms()


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
    renewal: str | None = None
    are_sessions: bool = False
    value: str | None = None
    people_max: int = 1
    quota: int | None = None
    deposit: str | None = None
    facilities: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    terms: CardTerms = STANDARD_TERMS
    items: tuple[tuple[str, int], ...] = ()  # of a package: codes and how many


WORKDAYS = (1, 2, 3, 4, 5)
YEAR_TERMS = CardTerms(
    freeze_times_max=2,
    freeze_days_min=7,
    freeze_days_max=60,
    freeze_fee_minor=2000,
    transfers_max=1,
    transfer_fee_bp=1000,
    renewal_within_days=30,
    refund_fee_bp=500,
    reissue_fee_minor=1000,
    contract_needed=True,
)
SHORT_TERMS = CardTerms(freeze_allowed=False, transfer_allowed=False, reissue_fee_minor=1000)
SESSION_TERMS = CardTerms(
    start_rule=StartRule.FIRST_USE, start_within_days=60, refund_fee_bp=500, transfer_fee_minor=10000
)
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
        renewal="3580.00",
        terms=YEAR_TERMS,
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
        people_max=2,
        terms=YEAR_TERMS,
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
        terms=YEAR_TERMS,
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
        terms=SHORT_TERMS,
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
        facilities=("pool",),
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
        facilities=("hot-yoga", "dance"),
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
        terms=SHORT_TERMS,
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
        terms=YEAR_TERMS,
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
    CardStory(
        code="off-peak",
        name="工作日畅练年卡",
        name_en="Off-peak annual card",
        description="周一至周五 9:00–17:00",
        description_en="Monday to Friday, 9:00 to 17:00",
        price="2380.00",
        floor="2080.00",
        days=365,
        windows=(Window(WORKDAYS, time(9), time(17)),),
        terms=YEAR_TERMS,
    ),
    CardStory(
        code="spinning-year",
        name="单车操房年卡",
        name_en="Spinning and dance, a year",
        description="动感单车馆与操房",
        description_en="The spinning and the dance studio",
        price="2680.00",
        floor="2380.00",
        kind=CardKind.ACTIVITY,
        days=365,
        facilities=("spinning", "dance"),
        terms=YEAR_TERMS,
    ),
    CardStory(
        code="pt-24",
        name="私教课 24 节",
        name_en="Personal training, 24 sessions",
        description="一对一，首次上课起一年内有效",
        description_en="One to one, within a year of the first session",
        price="9600.00",
        floor="8640.00",
        kind=CardKind.VISITS,
        days=365,
        visits=24,
        are_sessions=True,
        terms=SESSION_TERMS,
    ),
    CardStory(
        code="stored-2000",
        name="储值卡 2000 送 200",
        name_en="Stored value, 2,000 and 200 more",
        description="水吧、场地与租赁可用",
        description_en="For the bar, courts and rentals",
        price="2000.00",
        kind=CardKind.STORED_VALUE,
        value="2200.00",
        no_discount=True,
    ),
    CardStory(
        code="muscle",
        name="增肌套餐",
        name_en="Muscle package",
        description="年卡加私教课 24 节",
        description_en="An annual card and 24 sessions",
        price="12380.00",
        floor="11380.00",
        kind=CardKind.PACKAGE,
        items=(("annual", 1), ("pt-24", 1)),
    ),
    CardStory(
        code="founder",
        name="创始会员三年卡",
        name_en="Founder's card, three years",
        description="限 30 张，可付定金预留",
        description_en="Thirty of them; a deposit keeps one",
        price="8880.00",
        floor="8880.00",
        days=1095,
        quota=30,
        deposit="500.00",
        terms=YEAR_TERMS,
    ),
)
CARD_CODES = tuple(card.code for card in PRICE_LIST if card.appeal)
CARD_WEIGHTS = tuple(card.appeal for card in PRICE_LIST if card.appeal)
GOODS_CODES = tuple(card.code for card in PRICE_LIST if card.kind is CardKind.GOODS)
DEPOSIT_CARDS = ("annual", "annual-two", "half-year", "annual-all", "yoga-20", "pool-30")
SHORT_TERM = timedelta(days=31)
