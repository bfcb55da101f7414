"""Who and what the demo club is made of: names, what people say. Nobody here is real."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from clubsales.actor import Role
from clubsales.consultants.profiles.rules import Kind
from clubsales.leads.intake.rules import Source

PASSWORD = "gym-floor-demo"  # noqa: S105  printed at every start of the demo
PIN = "4826"
SEED = "clubsales-1"
DAYS = 98  # fourteen weeks: enough for a forecast from what is older than ninety days
WALKS_DAYS_A_WEEK = 4  # an outside consultant
ORGANISATION = "阳光健身"
TIMEZONE = "Asia/Shanghai"
OPENS, CLOSES = time(9), time(22)

ROLE_TITLES = {
    Role.CONSULTANT: "会籍顾问 consultant",
    Role.TRAINEE: "见习顾问 trainee",
    Role.SUPERVISOR: "主管 supervisor",
    Role.CLUB_MANAGER: "会所经理 club manager",
    Role.SALES_DIRECTOR: "销售总监 sales director",
    Role.GENERAL_MANAGER: "总经理 general manager",
    Role.DEPUTY_GM: "副总经理 deputy manager",
    Role.FINANCE_CLERK: "财务内勤 finance clerk",
    Role.SALES_ADMIN: "销售内勤 sales administrator",
    Role.RECEPTIONIST: "前台 receptionist",
    Role.OWNER: "老板 owner",
}


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here."""

    username: str
    name: str
    role: Role
    kind: Kind | None = None
    team: str | None = None
    level: int = 1


@dataclass(frozen=True, slots=True)
class ClubStory:
    """A club and its people. Busier clubs have more guests: `pace` is in percent."""

    code: str
    name: str
    pace: int
    staff: tuple[Colleague, ...]
    policy: Mapping[str, Any] = field(default_factory=dict)  # where it differs from the default


# No law of a real place: wide enough for everything on the price list, once.
PREPAID_LIMITS = {
    "enabled": True,
    "membership_amount": "12000.00",
    "membership_months": 36,
    "sessions_amount": "20000.00",
    "sessions_count": 60,
    "stored_value_amount": "5000.00",
    "total_amount": "25000.00",
}
INSIDE, OUTSIDE = Kind.INSIDE, Kind.OUTSIDE
CLUBS = (
    ClubStory(
        "SZ01",
        "阳光店",
        100,
        (
            Colleague("linjing", "林静", Role.CONSULTANT, INSIDE, "一组", 3),
            Colleague("zhouqian", "周倩", Role.CONSULTANT, INSIDE, "一组", 2),
            Colleague("zhaomin", "赵敏", Role.CONSULTANT, INSIDE, "二组", 2),
            Colleague("wanglei", "王磊", Role.CONSULTANT, INSIDE, "二组", 1),
            Colleague("sunli", "孙丽", Role.TRAINEE, INSIDE, "一组", 1),
            Colleague("machao", "马超", Role.CONSULTANT, OUTSIDE, "一组", 2),
            Colleague("guofang", "郭芳", Role.CONSULTANT, OUTSIDE, "二组", 1),
            Colleague("heqiang", "何强", Role.SUPERVISOR, team="一组"),
            Colleague("wujianguo", "吴建国", Role.CLUB_MANAGER),
            Colleague("qianli", "钱莉", Role.FINANCE_CLERK),
            Colleague("xuting", "许婷", Role.RECEPTIONIST),
            Colleague("fengyue", "冯悦", Role.RECEPTIONIST),
        ),
    ),
    ClubStory(
        "SZ02",
        "湖滨店",
        85,
        (
            Colleague("chenchen", "陈晨", Role.CONSULTANT, INSIDE, "一组", 3),
            Colleague("liuyang", "刘洋", Role.CONSULTANT, INSIDE, "一组", 2),
            Colleague("yangfan", "杨帆", Role.CONSULTANT, INSIDE, "二组", 2),
            Colleague("xujia", "徐佳", Role.CONSULTANT, INSIDE, "二组", 1),
            Colleague("gaoning", "高宁", Role.TRAINEE, INSIDE, "二组", 1),
            Colleague("luojun", "罗军", Role.CONSULTANT, OUTSIDE, "一组", 2),
            Colleague("tangwei", "唐薇", Role.CONSULTANT, OUTSIDE, "二组", 1),
            Colleague("shentao", "沈涛", Role.SUPERVISOR, team="二组"),
            Colleague("hanmei", "韩梅", Role.CLUB_MANAGER),
            Colleague("dengjie", "邓洁", Role.FINANCE_CLERK),
            Colleague("caoying", "曹颖", Role.RECEPTIONIST),
            Colleague("pengxin", "彭欣", Role.RECEPTIONIST),
        ),
        {"prepaid": PREPAID_LIMITS},
    ),
)
HEADS = (  # of all clubs
    Colleague("fangming", "方明", Role.OWNER),
    Colleague("songwen", "宋文", Role.GENERAL_MANAGER),
    Colleague("zhengkai", "郑凯", Role.DEPUTY_GM),
    Colleague("liangzhiyuan", "梁志远", Role.SALES_DIRECTOR),
    Colleague("xieyu", "谢雨", Role.SALES_ADMIN),
)
ALL_CLUBS = "全部会所 all clubs"

_SHOWN = (
    *("linjing", "zhouqian", "machao", "sunli", "heqiang", "wujianguo", "xuting", "qianli"),
    *("chenchen", "hanmei", "caoying"),
)
# What a start prints; everybody else signs in the same way.
SIGN_INS: tuple[tuple[str, str, str], ...] = (
    *(
        (one.username, f"{one.name} {ROLE_TITLES[one.role]}", club.name)
        for club in CLUBS
        for one in club.staff
        if one.username in _SHOWN
    ),
    *((one.username, f"{one.name} {ROLE_TITLES[one.role]}", ALL_CLUBS) for one in HEADS),
)

TOLD_PAYMENT = "pi_demo_"  # the provider's ids of payments that only the story made begin so

SURNAMES = "李王张刘陈杨黄赵周吴徐孙胡朱高林何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
GIVEN_NAMES = (
    *(
        "伟",
        "芳",
        "娜",
        "敏",
        "静",
        "丽",
        "强",
        "磊",
        "军",
        "洋",
        "勇",
        "艳",
        "杰",
        "娟",
        "涛",
        "明",
        "超",
        "霞",
    ),
    *("子涵", "雨桐", "欣怡", "梓轩", "浩然", "诗琪", "俊杰", "佳怡", "思远", "晓燕", "海涛", "志强", "雅婷"),
    *("嘉豪", "婷婷", "文博", "若曦", "一鸣", "梦瑶", "天宇", "雪梅", "建华", "玉兰", "晨曦", "可欣", "宇航"),
)
PHONE_PREFIXES = (
    "130",
    "131",
    "135",
    "137",
    "138",
    "139",
    "150",
    "152",
    "156",
    "158",
    "159",
    "180",
    "186",
    "188",
)
INTERESTS = (
    *("减脂", "增肌", "游泳", "瑜伽", "体态调整", "产后恢复", "陪孩子游泳", "力量训练", "团课", "肩颈放松"),
    *("备考体测", "晚间训练", "普拉提", "动感单车"),
)
NOTES = (
    *(
        "住附近，走路十分钟",
        "之前在别家练过",
        "想和同事一起办",
        "下班后来，七点以后",
        "周末才有时间",
        "问年卡价",
    ),
    *("等发工资再定", "家人要一起商量", "对泳池水温有要求", "喜欢晚间团课", "第一次来健身房", "朋友介绍"),
    *("膝盖旧伤，先做体测", "想先体验一周", ""),
)
HANDOVERS = (
    *(
        "上午客人都已送走，单据齐。",
        "有一位客人约了晚上再来，资料在前台。",
        "一切正常。",
        "体验券剩十二张，已补。",
    ),
    *("泳池更衣室灯已报修。", "两位待回访已转给晚班。"),
)
LEAVE_REASONS = ("家里有事", "回老家看父母", "孩子家长会", "考试", "搬家")
SWAP_NOTES = ("晚上要去接孩子，想换早班", "约了体检，想和你换一下", "朋友婚礼，拜托")
TARGETS = (36_000, 32_000, 30_000, 26_000, 24_000, 18_000, 15_000)  # yuan, of a whole month
TOLD_TO = (
    "打过电话，考虑中",
    "发了课表和价目",
    "约好周末再来",
    "要和家人商量",
    "请我月底再联系",
    "说想先体验游泳",
)
NEXT_STEPS = ("再打一次电话", "发团课课表", "请来体验", "报价并约时间", "问体验后的感受")
APPOINTMENT_NOTES = ("看泳池", "带家人一起来", "想看团课", "续卡", "")
CONTESTED_NOTES = ("上周是我带他参观的", "他先打电话找我的", "")
COUNTED_WRONG = ("找零多给了十元，已告诉客人", "零钱袋少十元，明早再数一遍")
REASONS_BY_HAND = ("客人会说方言，由他接待更好", "客人是他接待过的朋友的家人", "指导见习顾问")


@dataclass(frozen=True, slots=True)
class Announcement:
    """A notice that comes again every so many days and stands for some."""

    every_days: int
    stands_days: int
    title: str
    body: str


NOTICES = (
    Announcement(
        14, 6, "泳池周三下午换水", "周三 13:00 到 18:00 泳池关闭。请先告诉要来游泳的客人，改约其他时间。"
    ),
    Announcement(
        9,
        4,
        "周末体验日",
        "周六、周日新客可凭体验券免费参加一节团课。每位客人都登记手机号，问清是谁介绍来的。",
    ),
    Announcement(20, 10, "价目表不变", "本月没有额外优惠。超出权限的折扣请走平板申请，不当着客人的面问。"),
)
REFUND_REASONS = ("搬家", "身体原因", "冷静期内退卡", "买错卡种", "工作调动")
OUTDOOR_SOURCES = (Source.FLYER, Source.SWEEP, Source.EVENT)
INDOOR_SOURCES = (Source.PHONE, Source.ONLINE, Source.REFERRAL)


@dataclass(frozen=True, slots=True)
class OwnSource:
    """A source of the demo club's own, below a kind; or below another one of them."""

    kind: Source
    name: str
    under: str = ""


OWN_SOURCES = (
    OwnSource(Source.ONLINE, "美团"),
    OwnSource(Source.ONLINE, "抖音"),
    OwnSource(Source.ONLINE, "抖音直播间", "抖音"),
    OwnSource(Source.ONLINE, "小红书"),
    OwnSource(Source.SWEEP, "天安数码城"),
    OwnSource(Source.SWEEP, "滨海写字楼"),
    OwnSource(Source.FLYER, "地铁口"),
    OwnSource(Source.FLYER, "小区门口"),
    OwnSource(Source.EVENT, "企业体检日"),
)
BUDGETS = ("四千以内", "每月三百左右", "看有没有分期", "价格不是问题")
DECIDERS = ("自己定", "要和爱人商量", "公司报销，要主管批", "父母付钱")
ADDRESS = "深圳市南山区科苑路 18 号 3 栋 1204"
TRAINING = "外出培训一周"

# What an inside consultant says, and what an outside one says.
CLAIMS_OF_CREDIT = (
    (
        "这位客人我前几天联系过，他说有空来看看，到店没报我的名字，但一直是我在跟。",
        "上次是我接待的，场地都看过了，今天只是来交钱。",
    ),
    (
        "客人是我在外面认识的，后来也联系过，请核对跟进记录。",
        "我跟这位客人说好这几天来办卡，他到前台忘了提我。",
    ),
)
ANSWERS = (
    (
        "客人到店没有点名，轮到我接待，我带他看了场地，当天付款。",
        "我问过客人以前有没有人接待过，他说没有，所以按轮客处理。",
    ),
    (
        "客人是我在外面跟下来的，联系记录都在系统里。",
        "没有我前面的跟进，他不会来。",
    ),
)
SETTLEMENTS = ("两边都出了力，各退一步。", "按跟进记录和接待情况，这样分比较公道。")
OBJECTIONS = ("前面的工作是我做的，这样分我不同意，请经理看记录。",)
RULINGS = (
    "跟进记录在，接待也是真实的，按出力多少分。",
    "散客以付款为准，但之前的跟进对成交有直接作用，分出一部分。",
)
APPEALS = ("经理没有算上我之前的跟进，请总监再看一次。",)
SELF_ASSESSED = (
    "周末接待多，回访有点晚，下月每天上午先打完",
    "新客成交比上月好，续卡还要多花心思",
    "带看流程熟了，报价还不够干脆",
    "这个月状态一般，下月补回来",
)
ASSESSED = (
    "带看细致，报价时再果断些",
    "跟进及时，老客户维护得好",
    "续卡客户要提前一个月联系",
    "迟到一次，其余都好",
    "学得快，可以带新人了",
)
PLAN_NAME, TRIED_PLAN_NAME = "阳光提成方案", "阳光提成方案（新档位，讨论稿）"
PLAN_REASON = "开业启用，已在月会上说明"
TIERS = ((0, 300), (20_000, 600), (30_000, 800), (45_000, 1_000))  # from so many yuan, basis points
TRIED_TIERS = (
    (0, 250),
    (20_000, 600),
    (30_000, 850),
    (40_000, 1_050),
    (60_000, 1_200),
)  # every month pays otherwise but the second
LEFT_OPEN = "其余事项已核对，不影响本月结算"
OBJECTED_TO_PAY = ("上月那单转卡好像没算进去", "续卡的比例请再核一下")
STANDS = "已逐笔核对，业绩记在收款当天所在的月份，无误。"
WARNED_FOR = "昨天晚班迟到二十分钟，没有提前说"

PROMOTION = ("周年庆", "Anniversary")
PROMISED = ("送运动毛巾一条", "签约当天付清，或首付一半、余款分两期")
LAPSED_BACK, LAPSED_KEPT = "客户因故不来，体谅退还定金", "逾期未签约，按约定不退"
RESERVED_FOR = "下月起开始锻炼，先留名额"
DISCOUNT_REASON = "两人同办，希望优惠"
DISCOUNT_ANSWER = "可以，仅限今天"
ARCHIVE_PLACE = "合同柜 {month}"
SIGNATURE = "M60 120L90 60L120 130L150 70L190 125M220 60L220 140M250 70L330 75M290 60L285 140L260 150M360 80L430 82L400 140"
FREEZE_REASONS = ("出差一个月", "膝盖受伤，医生建议休息", "回老家一段时间")
EXTEND_REASON = "泳池检修，补偿天数"
ASKED_FREEZE = "下月出差，想停卡"
ASKED_BACK = "工作调动，搬去外地"
