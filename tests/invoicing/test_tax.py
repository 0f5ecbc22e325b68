import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.rules import book, ids, tax
from invoicing.rules.tax import WHOLE, Buyer, PlaceUnknown, Rounding, Seller, Tax
from stockcoop.env import ROOT
from stockcoop.kernel.money import Money

EXAMPLE = tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))
TAXES = book.read(EXAMPLE["invoicing"]).taxes
TODAY = date(2026, 3, 14)
GERMAN = Seller("DE", authorities=frozenset({"de"}))
IN_OSS = Seller("DE", authorities=frozenset({"de"}), one_stop=frozenset({"eu"}))
CANADIAN = Seller("CA", "BC", frozenset({"ca", "ca-bc", "ca-qc"}))
BRITISH = Seller("GB", authorities=frozenset({"gb"}))


def chosen(seller: Seller, buyer: Buyer) -> tuple[list[str], str]:
    found, reason = tax.applicable(seller=seller, buyer=buyer, taxes=TAXES, on=TODAY)
    return [f"{one.authority} {one.name} {tax.percent(one.rate)}" for one in found], reason


class TestWhichTaxesApply:
    @pytest.mark.parametrize(
        ("seller", "buyer", "expected"),
        [
            (GERMAN, Buyer("DE"), ["de VAT 19 %"]),
            (GERMAN, Buyer("DE", business=True, tax_id="DE136695976"), ["de VAT 19 %"]),
            (GERMAN, Buyer("FI"), ["de VAT 19 %"]),
            (IN_OSS, Buyer("FI"), ["fi VAT 25.5 %"]),
            (IN_OSS, Buyer("FI", business=True), ["fi VAT 25.5 %"]),
            (IN_OSS, Buyer("AT", business=True, tax_id="ATU13585627"), []),
            (IN_OSS, Buyer("AT", business=False, tax_id="ATU13585627"), ["at VAT 20 %"]),
            (IN_OSS, Buyer("US", "NY"), []),
            (IN_OSS, Buyer("GB"), []),
            (BRITISH, Buyer("GB", business=True, tax_id="GB980780684"), ["gb VAT 20 %"]),
            (BRITISH, Buyer("DE"), []),
            (CANADIAN, Buyer("CA", "ON"), ["ca HST 13 %"]),
            (CANADIAN, Buyer("CA", "BC"), ["ca GST 5 %", "ca-bc PST 7 %"]),
            (CANADIAN, Buyer("CA", "QC"), ["ca GST 5 %", "ca-qc QST 9.975 %"]),
            (CANADIAN, Buyer("CA", "SK"), ["ca GST 5 %"]),
            (CANADIAN, Buyer("DE"), []),
        ],
    )
    def test_by_seller_and_buyer(self, seller: Seller, buyer: Buyer, expected: list[str]) -> None:
        assert chosen(seller, buyer)[0] == expected

    def test_a_business_elsewhere_in_the_union_reads_why_it_is_not_charged(self) -> None:
        buyer = Buyer("AT", business=True, tax_id="ATU13585627")
        assert chosen(GERMAN, buyer) == ([], "Reverse charge, Article 196 VAT Directive.")

    def test_a_seller_below_the_threshold_taxes_consumers_at_home(self) -> None:
        assert chosen(GERMAN, Buyer("FR")) == (["de VAT 19 %"], tax.HOME_RATE)

    def test_who_collects_nothing_asks_for_no_place(self) -> None:
        assert chosen(Seller("DE"), Buyer()) == ([], "The seller is not registered for tax.")

    @pytest.mark.parametrize("buyer", [Buyer(), Buyer("CA"), Buyer("CA", "XX")])
    def test_a_missing_place_is_asked_for(self, buyer: Buyer) -> None:
        with pytest.raises(PlaceUnknown):
            chosen(CANADIAN, buyer)

    def test_a_rate_applies_from_its_day_on(self) -> None:
        rates = [
            Tax("DE", "de", "VAT", rate, date(year, 1, 1)) for rate, year in [(1, 20), (2, 30)]
        ]
        for day, rate in [(date(29, 12, 31), 1), (date(30, 1, 1), 2)]:
            found, _ = tax.applicable(seller=GERMAN, buyer=Buyer("DE"), taxes=rates, on=day)
            assert [one.rate for one in found] == [rate]


prices = st.lists(st.integers(1, 10**9), min_size=1, max_size=20)
rates = st.integers(0, WHOLE)
currencies = st.sampled_from(["USD", "JPY", "BHD"])


class TestAmounts:
    @given(prices, rates, currencies, st.sampled_from(Rounding))
    def test_parts_sum_to_the_tax_and_are_within_a_unit(
        self, minors: list[int], rate: int, currency: str, rounding: Rounding
    ) -> None:
        (charged,) = assessed(minors, rate, currency, rounding).taxes
        assert sum(charged.parts) == charged.amount.minor
        assert charged.base == Money(sum(minors), currency)
        for minor, part in zip(minors, charged.parts, strict=True):
            assert abs(part * WHOLE - minor * rate) < 2 * WHOLE

    @given(prices, rates)
    def test_once_for_all_is_never_half_a_unit_off(self, minors: list[int], rate: int) -> None:
        (charged,) = assessed(minors, rate, "USD", Rounding.ORDER).taxes
        assert 2 * abs(charged.amount.minor * WHOLE - sum(minors) * rate) <= WHOLE

    @given(prices, rates, st.sampled_from(Rounding))
    def test_each_part_can_be_paid_in_coins(
        self, minors: list[int], rate: int, rounding: Rounding
    ) -> None:
        (charged,) = assessed(minors, rate, "BHD", rounding, coin=10).taxes
        assert {part % 10 for part in charged.parts} == {0}
        assert sum(charged.parts) == charged.amount.minor

    def test_line_by_line_and_once_for_all_differ(self) -> None:
        each = assessed([3, 3, 3], WHOLE * 19 // 100, "USD", Rounding.LINE)
        once = assessed([3, 3, 3], WHOLE * 19 // 100, "USD", Rounding.ORDER)
        assert (each.taxes[0].parts, once.taxes[0].parts) == ((1, 1, 1), (1, 1, 0))

    @pytest.mark.parametrize(("currency", "minor"), [("JPY", 1500), ("BHD", 15_000)])
    def test_counts_in_the_units_of_the_currency(self, currency: str, minor: int) -> None:
        made = assessed([minor], WHOLE // 10, currency, Rounding.ORDER)
        assert made.total(currency) == Money(minor // 10, currency)


def assessed(
    minors: list[int], rate: int, currency: str, rounding: Rounding, coin: int = 1
) -> tax.Assessed:
    return tax.assess(
        seller=GERMAN,
        buyer=Buyer("DE"),
        taxes=[Tax("DE", "de", "VAT", rate, date(2020, 1, 1))],
        on=TODAY,
        prices=[Money(minor, currency) for minor in minors],
        rounding=rounding,
        coin=coin,
    )


class TestBook:
    def test_the_example_has_every_state_of_the_union_and_every_province(self) -> None:
        read = book.read(EXAMPLE["invoicing"])
        assert len({one.place for one in read.taxes if one.union == "eu"}) == 27
        assert len(read.regions("CA")) == 13
        assert not read.collects

    def test_all_faults_are_named_together(self) -> None:
        row = {"place": "Mars", "name": "", "percent": "9.9999999", "from": "soon"}
        seller = {"authorities": ["xx"], "one_stop": ["au"]}
        with pytest.raises(book.BadTaxBook) as fault:
            book.read({"rounding": "up", "seller": seller, "taxes": [row]})
        for word in (
            "'xx'",
            "'au'",
            "'Mars'",
            "percentage",
            "has a name",
            "day",
            "'up'",
            "country",
        ):
            assert word in str(fault.value)


class TestIds:
    @pytest.mark.parametrize(
        ("country", "typed", "stored"),
        [
            ("DE", "de 136 695 976", "DE136695976"),
            ("GR", "094259216", "EL094259216"),
            ("AT", "U13585627", "ATU13585627"),
            ("GB", "GB980780684", "GB980780684"),
            ("CA", "123026635", "CA123026635"),
        ],
    )
    def test_are_written_as_their_country_does(self, country: str, typed: str, stored: str) -> None:
        assert ids.checked(country, typed) == stored

    @pytest.mark.parametrize(
        ("country", "typed"), [("DE", "DE136695977"), ("DE", "ATU13585627"), ("US", "12-3456789")]
    )
    def test_wrong_ones_are_refused(self, country: str, typed: str) -> None:
        with pytest.raises(ids.BadTaxId):
            ids.checked(country, typed)
