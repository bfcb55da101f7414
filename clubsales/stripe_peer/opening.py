"""Opening a Checkout Session: everything the request may say, and everything it may get wrong."""

from typing import Final
from urllib.parse import urlsplit

from stripe.params import checkout as sdk

from clubsales.stripe_peer import checkout, currencies, objects
from clubsales.stripe_peer.errors import ApiError, invalid, missing
from clubsales.stripe_peer.parameters import Parameters, currency_of
from clubsales.stripe_peer.store import ApiObject
from clubsales.stripe_peer.work import Work

_DAY: Final = 24 * 60 * 60
_SHORTEST: Final = 30 * 60
_LOCALES: Final = [
    "auto",
    "bg",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "en-GB",
    "es",
    "es-419",
    "et",
    "fi",
    "fil",
    "fr",
    "fr-CA",
    "hr",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "lt",
    "lv",
    "ms",
    "mt",
    "nb",
    "nl",
    "pl",
    "pt",
    "pt-BR",
    "ro",
    "ru",
    "sk",
    "sl",
    "sv",
    "th",
    "tr",
    "vi",
    "zh",
    "zh-HK",
    "zh-TW",
]


def create(work: Work, parameters: Parameters) -> ApiObject:
    """Open a session for one payment; raises ApiError for whatever Stripe would refuse."""
    parameters.only(
        "adaptive_pricing",
        "allowed_payment_method_types",
        "cancel_url",
        "client_reference_id",
        "currency",
        "customer_email",
        "expand",
        "expires_at",
        "line_items",
        "locale",
        "metadata",
        "mode",
        "payment_intent_data",
        "payment_method_options",
        "submit_type",
        "success_url",
        "ui_mode",
        of=sdk.SessionCreateParams,
    )
    _only_hosted_payments(parameters)
    if "line_items" not in parameters:
        raise missing("line_items")
    success_url = parameters.url("success_url")
    if success_url is None:
        raise missing("success_url")
    items = _line_items(work, parameters)
    currency: str = items[0]["currency"]
    total = _total(items, currency)
    methods = _methods(parameters, currency)
    expires_at = _expiry(parameters, work.at)
    adaptive = parameters.group("adaptive_pricing")
    adaptive.only("enabled")
    session = objects.checkout_session(
        total=total,
        currency=currency,
        methods=methods,
        at=work.at,
        expires_at=expires_at,
        base_url=_page_address(work, success_url),
        business_name=work.settings.business_name,
    )
    session["adaptive_pricing"] = {"enabled": bool(adaptive.boolean("enabled"))}
    session["allowed_payment_method_types"] = parameters.texts("allowed_payment_method_types") or None
    session["cancel_url"] = parameters.url("cancel_url")
    session["client_reference_id"] = parameters.text("client_reference_id", longest=200)
    session["customer_email"] = parameters.text("customer_email", longest=800)
    session["locale"] = parameters.choice("locale", _LOCALES)
    session["metadata"] = parameters.metadata()
    session["submit_type"] = parameters.choice("submit_type", ["auto", "book", "donate", "pay"])
    session["success_url"] = success_url
    plan = _payment_plan(parameters.group("payment_intent_data"))
    return checkout.open_session(work, session, items, plan)


def _page_address(work: Work, success_url: str) -> str:
    settings = work.settings
    if settings.public_url is None and settings.public_path is not None:
        shop = urlsplit(success_url)
        return f"{shop.scheme}://{shop.netloc}{settings.public_path}"
    return settings.public_url or work.base_url


def _only_hosted_payments(parameters: Parameters) -> None:
    mode = parameters.choice("mode", ["payment", "setup", "subscription"])
    if mode is None:
        raise missing("mode")
    if mode != "payment":
        raise ApiError("This peer simulates the mode payment only.", code="peer_not_simulated", param="mode")
    ui_mode = parameters.choice("ui_mode", ["elements", "embedded_page", "form", "hosted_page"])
    if ui_mode not in (None, "hosted_page"):
        raise ApiError(
            "This peer simulates the ui_mode hosted_page only.", code="peer_not_simulated", param="ui_mode"
        )


def _line_items(work: Work, parameters: Parameters) -> list[ApiObject]:
    levels = parameters.groups("line_items")
    if not levels or len(levels) > 100:
        raise invalid("line_items", "line_items must hold between 1 and 100 items.")
    items = [_line_item(work, level) for level in levels]
    used = {item["currency"] for item in items}
    if len(used) > 1:
        raise invalid("line_items", "All line items of a Checkout Session must use the same currency.")
    wanted = parameters.text("currency")
    if wanted is not None and wanted.lower() not in used:
        raise invalid("currency", "The currency of the Checkout Session must be that of its line items.")
    return items


def _line_item(work: Work, level: Parameters) -> ApiObject:
    level.only("metadata", "price_data", "quantity", of=sdk.SessionCreateParamsLineItem)
    if "price_data" not in level:
        raise missing(level.name("price_data"))
    price = level.group("price_data")
    price.only("currency", "product_data", "unit_amount", of=sdk.SessionCreateParamsLineItemPriceData)
    product = price.group("product_data")
    product.only(
        "description", "images", "metadata", "name", of=sdk.SessionCreateParamsLineItemPriceDataProductData
    )
    currency = currency_of(price, "currency", currencies.SUPPORTED)
    unit_amount = price.integer("unit_amount", least=0)
    if unit_amount is None:
        raise missing(price.name("unit_amount"))
    quantity = level.integer("quantity", least=1)
    if quantity is None:
        raise missing(level.name("quantity"))
    product.text("description")
    product.texts("images")
    product.metadata()
    return objects.line_item(
        name=product.required_text("name"),
        unit_amount=unit_amount,
        quantity=quantity,
        currency=currency,
        at=work.at,
        metadata=level.metadata(),
    )


def _total(items: list[ApiObject], currency: str) -> int:
    total = sum(int(item["amount_total"]) for item in items)
    least = currencies.minimum(currency)
    if total < least:
        raise ApiError(
            "The Checkout Session's total amount due must add up to at least "
            f"{currencies.display(least, currency)} {currency}",
            code="amount_too_small",
            validation=True,
        )
    if total > currencies.MAXIMUM:
        raise ApiError(
            "The Checkout Session's total amount due must be no more than "
            f"{currencies.display(currencies.MAXIMUM, currency)} {currency}",
            code="amount_too_large",
            validation=True,
        )
    return total


def _methods(parameters: Parameters, currency: str) -> list[str]:
    options = parameters.group("payment_method_options")
    options.only("wechat_pay", of=sdk.SessionCreateParamsPaymentMethodOptions)
    wechat_pay = options.group("wechat_pay")
    wechat_pay.only("client", of=sdk.SessionCreateParamsPaymentMethodOptionsWechatPay)
    wechat_pay.choice("client", ["web"])
    eligible = currencies.methods_for(currency)
    if "allowed_payment_method_types" not in parameters:
        return list(eligible)
    allowed = parameters.texts("allowed_payment_method_types")
    methods = [method for method in eligible if method in allowed]
    if not methods:
        raise invalid(
            "allowed_payment_method_types", "No valid payment method types for this Checkout Session."
        )
    return methods


def _expiry(parameters: Parameters, at: int) -> int:
    expires_at = parameters.integer("expires_at", least=0)
    if expires_at is None:
        return at + _DAY
    if expires_at < at + _SHORTEST:
        raise invalid(
            "expires_at",
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
        )
    if expires_at > at + _DAY:
        raise invalid(
            "expires_at",
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
        )
    return expires_at


def _payment_plan(data: Parameters) -> ApiObject:
    data.only(
        "description",
        "metadata",
        "receipt_email",
        "statement_descriptor",
        "statement_descriptor_suffix",
        of=sdk.SessionCreateParamsPaymentIntentData,
    )
    return {
        "description": data.text("description", longest=1000),
        "metadata": data.metadata(),
        "receipt_email": data.text("receipt_email"),
        "statement_descriptor": data.text("statement_descriptor", longest=22),
        "statement_descriptor_suffix": data.text("statement_descriptor_suffix", longest=22),
    }
