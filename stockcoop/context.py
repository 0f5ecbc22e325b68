"""What the base page shows on every page: the co-op's name, the way around, a practice banner."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from stockcoop.env import Stripe


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the menu. `within` names pages below it that have no place of their own; `roles`
    narrows those of its section where not all of them may open it.
    """

    label: str
    view: str
    within: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """Places that belong together, for holders of any of `roles`."""

    title: str
    roles: frozenset[str]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A place as this page shows it."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """A section as this page shows it; `current` when the page is one of its places."""

    title: str
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        """Whether the page that is shown belongs here."""
        return any(link.current for link in self.links)


ARTIST = frozenset({"artist"})
MEMBER = frozenset({"member"})

SECTIONS = (
    Section(
        "Studio",
        MEMBER,
        (
            Place(
                "Works",
                "media:works",
                ("media:work", "media:batch", "media:split"),
                ARTIST,
            ),
            Place("Upload", "media:upload", roles=ARTIST),
            Place("Asked of you", "media:asked"),
            Place("Shared with you", "media:shared"),
            Place("Market freezes", "licensing:off_the_market", ("licensing:work_freezes",)),
            Place(
                "Royalties",
                "royalties:overview",
                (
                    "royalties:sale",
                    "royalties:entry",
                    "royalties:statement",
                    "royalties:year",
                    "royalties:payout_account",
                ),
            ),
        ),
    ),
    Section(
        "Editing",
        frozenset({"editor"}),
        (
            Place("Review", "media:review_queue", ("media:review",)),
            Place("Watermark", "media:watermark"),
        ),
    ),
    Section(
        "Co-op",
        frozenset({"member", "board", "treasurer"}),
        (
            Place("Votes", "governance:proposals", ("governance:proposal",)),
            Place(
                "Surplus",
                "royalties:surplus",
                ("royalties:surplus_year", "royalties:surplus_plan", "royalties:surplus_compare"),
            ),
            Place("By-laws", "governance:bylaws"),
            Place("Members", "members:register", roles=MEMBER),
        ),
    ),
    Section(
        "Board",
        frozenset({"board"}),
        (
            Place("Applications", "members:applications", ("members:application",)),
            Place("Offices", "members:roles"),
            Place("Trace a file", "media:trace"),
        ),
    ),
    Section(
        "Treasury",
        frozenset({"treasurer", "board"}),
        (
            Place(
                "Accounts",
                "royalties:treasury",
                (
                    "royalties:account",
                    "royalties:member_statement",
                    "royalties:member_year",
                    "royalties:redemptions",
                    "royalties:remittances",
                    "royalties:return_remittance",
                ),
            ),
            Place("Ledger", "royalties:entries"),
            Place(
                "Payouts",
                "royalties:payouts",
                ("royalties:payout_run", "royalties:take_back_payout"),
            ),
            Place("Holds", "royalties:payout_holds"),
            Place("Tax forms", "royalties:tax_forms"),
            Place("Costs", "royalties:costs", ("royalties:correct_cost",)),
            Place("Rates", "royalties:rates", ("royalties:end_rate",)),
            Place("Orders", "licensing:treasury_orders", ("licensing:treasury_order",)),
            Place("Quotes", "licensing:treasury_quotes", ("licensing:treasury_quote",)),
            Place("Invoices", "invoicing:treasury_invoices"),
            Place("Taxes", "invoicing:treasury_taxes"),
            Place("Reconciliation", "licensing:reconciliation"),
        ),
    ),
    Section(
        "Buying",
        frozenset({"buyer"}),
        (
            Place(
                "Licences",
                "licensing:licences",
                ("licensing:licence", "licensing:certificate_page"),
            ),
            Place("Orders", "licensing:orders", ("licensing:order",)),
            Place("Quotes", "licensing:quotes", ("licensing:enquire",)),
            Place("Comps", "licensing:comps"),
            Place("Rights", "licensing:rights", ("licensing:uses",)),
            Place("Approvals", "licensing:approvals"),
            Place(
                "Lightboxes",
                "teams:lightboxes",
                ("teams:lightbox", "teams:describe", "teams:collect"),
            ),
            Place(
                "Teams",
                "teams:teams",
                ("teams:team", "teams:teammate", "teams:project", "teams:begin_project"),
            ),
        ),
    ),
    Section(
        "Account",
        frozenset({"buyer"}),
        (
            Place("Your account", "members:account", ("members:leave",)),
            Place("Billing", "invoicing:billing"),
            Place("Notices", "members:notices"),
            Place("E-mail", "account_email"),
            Place("Password", "account_change_password"),
            Place("Sign-in security", "mfa_index"),
        ),
    ),
)


def _link(place: Place, here: str) -> Link | None:
    try:
        url = reverse(place.view)
    except NoReverseMatch:
        return None
    return Link(place.label, url, here in (place.view, *place.within))


def menus_for(roles: frozenset[str], here: str) -> tuple[Menu, ...]:
    """The sections open to a holder of `roles`, seen from the view named `here`."""
    menus = []
    for section in SECTIONS:
        if not section.roles & roles:
            continue
        links = tuple(
            link
            for place in section.places
            if (place.roles or section.roles) & roles and (link := _link(place, here))
        )
        if links:
            menus.append(Menu(section.title, links))
    return tuple(menus)


def _is_test_of(stripe: Stripe | None) -> bool:
    """Whether payments go through Stripe's test mode, or a stand-in: nobody is charged then."""
    return stripe is not None and bool(stripe.api or "_test_" in stripe.secret_key)


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html: `coop_name`, `practice_payments`, `menus` and `section` (or None)."""
    user = getattr(request, "user", None)
    roles = user.roles if user is not None and user.is_authenticated else frozenset()
    here = request.resolver_match.view_name if request.resolver_match else ""
    menus = menus_for(roles, here)
    return {
        "coop_name": settings.COOP_NAME,
        "practice_payments": settings.PAYMENT_GATEWAY == "practice" or _is_test_of(settings.STRIPE),
        "menus": menus,
        "section": next((menu for menu in menus if menu.current), None),
    }
