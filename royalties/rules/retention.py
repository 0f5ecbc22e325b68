"""The cash part and the retained part of patronage, and what a member must have agreed to."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from royalties.rules.splits import WHOLE_BP
from stockcoop.kernel.money import Money


class Form(StrEnum):
    """What a written notice is."""

    CASH = "cash"
    QUALIFIED = "qualified"
    NON_QUALIFIED = "non_qualified"


_WORDS = {
    Form.CASH: "All of your patronage is paid in cash. Count it as income of the year of payment.",
    Form.QUALIFIED: "As you consented, count all of your patronage as income of the year in which "
    "you receive this notice, the retained part too.",
    Form.NON_QUALIFIED: "Count the part in cash as income now, and the retained part when it is "
    "redeemed: this notice is not a qualified one.",
}


@dataclass(frozen=True, slots=True)
class Allotment:
    """A member's patronage as it is paid: in cash now, and kept as the member's equity."""

    cash: Money
    retained: Money
    form: Form

    @property
    def amount(self) -> Money:
        """Both parts."""
        return self.cash + self.retained


@dataclass(frozen=True, slots=True)
class Retention:
    """How patronage is paid: `cash_bp` of it at least in cash, the rest retained.

    `least_cash_bp` is what the law asks for; `without_consent` says what becomes of the patronage
    of a member who has not agreed: all in cash, or retained under a non-qualified notice.
    `notices`: (form, words) of the written notices where they are not those below.
    `pay_by`: (month, day) of the next year by which cash is paid; `warn_days` before, who keeps
    the treasury is told. Source: 26 U.S.C. 1388(c): 20 % in cash, consent, 8.5 months.
    """

    cash_bp: int = WHOLE_BP
    least_cash_bp: int = 0
    without_consent: Form = Form.CASH
    pay_by: tuple[int, int] = (12, 31)
    warn_days: int = 30
    notices: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        month, day = self.pay_by
        if not 0 <= self.least_cash_bp <= self.cash_bp <= WHOLE_BP:
            raise ValueError("The cash part is between what the law asks for and 100 %.")
        if self.without_consent is Form.QUALIFIED:
            raise ValueError("Nothing is qualified without the member's consent.")
        if not 1 <= month <= 12 or not 1 <= day <= monthrange(2001, month)[1]:
            raise ValueError("pay_by is a day of the year, as in 09-15.")

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "Retention":
        """From the article on the surplus; what it does not say is as by default: all in cash."""
        given = cls()
        month, _, day = str(table.get("pay_by", "12-31")).partition("-")
        return cls(
            cash_bp=int(table.get("cash_bp", given.cash_bp)),
            least_cash_bp=int(table.get("least_cash_bp", given.least_cash_bp)),
            without_consent=Form(table.get("without_consent", given.without_consent)),
            pay_by=(int(month), int(day)),
            warn_days=int(table.get("warn_days", given.warn_days)),
            notices=tuple(
                (form.value, str(table[f"notice_{form.value}"]))
                for form in Form
                if f"notice_{form.value}" in table
            ),
        )

    def stated(self) -> dict[str, Any]:
        """As a part of the law's table; nothing for the default."""
        if self == Retention():
            return {}
        month, day = self.pay_by
        return {
            "cash_bp": self.cash_bp,
            "least_cash_bp": self.least_cash_bp,
            "without_consent": self.without_consent.value,
            "pay_by": f"{month:02}-{day:02}",
            "warn_days": self.warn_days,
            **{f"notice_{form}": words for form, words in self.notices},
        }

    @property
    def retains(self) -> bool:
        """Whether anything can be retained, so that consent matters."""
        return self.cash_bp < WHOLE_BP

    def notice_words(self, form: Form) -> str:
        """What a written notice says."""
        return dict(self.notices).get(form.value, _WORDS[form])

    def allot(self, amount: Money, *, consented: bool) -> Allotment:
        """`amount` in cash and retained: cash to the next minor unit up, never below its share."""
        if not self.retains or (not consented and self.without_consent is Form.CASH):
            return Allotment(amount, Money.zero(amount.currency), Form.CASH)
        cash = Money(-(-amount.minor * self.cash_bp // WHOLE_BP), amount.currency)
        form = Form.QUALIFIED if consented else Form.NON_QUALIFIED
        return Allotment(cash, amount - cash, form)

    def due(self, year: int) -> date:
        """The last day on which the cash part of `year` is paid."""
        return date(year + 1, *self.pay_by)

    def is_near(self, year: int, today: date) -> bool:
        """Whether that day is near, or past."""
        return today >= self.due(year) - timedelta(days=self.warn_days)
