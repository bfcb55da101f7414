"""Amounts in words, as papers that are signed have them. Pure.

The libraries there are were tried: one drops a zero above a hundred million, the other knows neither Chinese nor the yuan.
"""

from babel.numbers import get_currency_name, get_currency_precision

from clubsales.money import Money

FORMAL = "零壹贰叁肆伍陆柒捌玖"
MYRIADS = ("", "万", "亿", "万亿")
PLACES = ("仟", "佰", "拾", "")
SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
THOUSANDS = ("", " thousand", " million", " billion", " trillion")
TWO_DIGITS, FOUR_DIGITS = 2, 1000


def in_words(amount: Money, language: str) -> str:
    """An amount in words, in a language of ours; its currency is named."""
    precision = get_currency_precision(amount.currency)
    whole, part = divmod(abs(amount.minor), 10**precision)
    if language.startswith("zh"):
        name = get_currency_name(amount.currency, locale="zh_Hans")
        sign = "负" if amount.minor < 0 else ""
        return f"{name}{sign}{_formal(whole, part, precision)}"
    name = get_currency_name(amount.currency, locale="en")
    sign = "minus " if amount.minor < 0 else ""
    fraction = f" and {part:0{precision}d}/{10**precision}" if precision else ""
    words = f"{sign}{_english(whole)}{fraction} {name}"
    return words[0].upper() + words[1:]


def _formal(whole: int, part: int, precision: int) -> str:
    """叁仟玖佰捌拾元整: characters that cannot be changed into others by a stroke."""
    units = f"{_chinese(whole)}元" if whole or not part else ""
    if not part:
        return f"{units}整"
    if precision != TWO_DIGITS:
        return f"{units or '零元'}零" + "".join(FORMAL[int(digit)] for digit in f"{part:0{precision}d}")
    tenth, hundredth = divmod(part, 10)
    if tenth:
        units += f"{FORMAL[tenth]}角"
    elif units:
        units += FORMAL[0]
    return units + (f"{FORMAL[hundredth]}分" if hundredth else "整")


def _chinese(number: int) -> str:
    if not number:
        return FORMAL[0]
    groups = []
    while number:
        number, rest = divmod(number, 10_000)
        groups.append(rest)
    text, gap = "", False
    for myriad, group in reversed(list(zip(MYRIADS, groups, strict=False))):
        if not group:
            gap = True
            continue
        if text and (gap or group < FOUR_DIGITS):
            text += FORMAL[0]
        text, gap = text + _four_digits(group) + myriad, False
    return text


def _four_digits(number: int) -> str:
    """Up to 9999; zeros inside are said once, at the ends not at all."""
    text, gap = "", False
    for digit, place in zip(f"{number:04d}", PLACES, strict=True):
        if digit == "0":
            gap = True
            continue
        if text and gap:
            text += FORMAL[0]
        text, gap = text + FORMAL[int(digit)] + place, False
    return text


def _english(number: int) -> str:
    if not number:
        return SMALL[0]
    groups = []
    while number:
        number, rest = divmod(number, 1000)
        groups.append(rest)
    return " ".join(
        _hundreds(group) + THOUSANDS[place] for place, group in reversed(list(enumerate(groups))) if group
    )


def _hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{SMALL[hundreds]} hundred"] if hundreds else []
    if rest:
        tens, ones = divmod(rest, 10)
        below = SMALL[rest] if rest < len(SMALL) else TENS[tens] + (f"-{SMALL[ones]}" if ones else "")
        words.append(below)
    return " ".join(words)
