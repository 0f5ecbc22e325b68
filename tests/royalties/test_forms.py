"""The authorities' forms: who is on them, with which sums, held against the ledger."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from royalties.models import PayoutPart
from royalties.rules.withholding import Form
from royalties.services import filing, payouts, remuneration, returns, sales, taxes
from tests import make
from tests.make.ledger import NOON, usd
from tests.make.payouts import RecordingGateway, approved, earning, patronage, withholding_in
from tests.royalties.test_withholding import in_canada

pytestmark = pytest.mark.django_db


def filed(code: str) -> list[list[str]]:
    """The form of the year of NOON, without its heading: boxes only, then the totals."""
    form = filing.terms_of(code, NOON)
    rows = filing.rows(form, year=NOON.year, at=NOON)
    told = list(csv.reader(io.StringIO(filing.as_csv(form, rows, year=NOON.year))))
    assert told[0][-2:] == [form.paid_box, form.withheld_box]
    return [[row[4], *row[-2:]] for row in told[1:]]


class TestForms:
    def test_patronage_of_a_canadian_stands_on_the_t4a(self) -> None:
        withholding_in("CA")
        ann = in_canada(earning(20_000))
        in_canada(earning(20_000))
        patronage(ann, 30_000)
        payouts.pay_run(run=approved(), gateway=RecordingGateway(), at=NOON)
        assert filed("T4A") == [[ann.name, "300.00", "30.00"], ["Total", "300.00", "30.00"]]

    def test_the_1099s_name_who_lives_in_the_us_from_the_least_sum_on(self) -> None:
        withholding_in("US")
        ann, gone = earning(20_000), earning(20_000)
        for member, country in ((ann, "US"), (gone, "DE")):
            taxes.state_country(member=member, country=country, at=NOON)
        taxes.record_form(
            member=ann,
            form=Form.W9,
            treaty_bp=None,
            id_ending="1234",
            by=make.treasurer(),
            at=NOON,
        )
        patronage(ann, 999)
        payouts.pay_run(run=approved(), gateway=RecordingGateway(), at=NOON)
        assert filed("1099-MISC") == [[ann.name, "200.00", "0.00"], ["Total", "200.00", "0.00"]]
        assert filed("1099-PATR") == [["Total", "0.00", "0.00"]]

    def test_a_payout_taken_back_is_taken_off(self) -> None:
        withholding_in("CA")
        ann, gateway = in_canada(earning(20_000)), RecordingGateway()
        patronage(ann, 30_000)
        payouts.pay_run(run=approved(), gateway=gateway, at=NOON)
        payout = PayoutPart.objects.all()[0].payout
        returns.take_back(
            payout=payout, reason="Wrong", by=make.treasurer(), gateway=gateway, at=NOON
        )
        assert filed("T4A") == [["Total", "0.00", "0.00"]]

    def test_are_refused_when_the_ledger_says_otherwise(self) -> None:
        withholding_in("CA")
        patronage(in_canada(earning(20_000)), 30_000)
        payouts.pay_run(run=approved(), gateway=RecordingGateway(), at=NOON)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET LOCAL session_replication_role = replica")
            PayoutPart.objects.filter(kind="patronage").update(base_minor=1_000_000)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        with pytest.raises(filing.NotBalanced, match="by the ledger"):
            filed("T4A")

    def test_the_command_writes_the_file(self, tmp_path: Path) -> None:
        withholding_in("CA")
        file = tmp_path / "t4a.csv"
        call_command("forms", year=NOON.year, form="T4A", out=file)
        assert file.read_text(encoding="utf-8").splitlines()[-1].endswith("0.00,0.00")
        with pytest.raises(CommandError, match="no form X"):
            call_command("forms", year=NOON.year, form="X", out=file)


class TestRemuneration:
    def test_tells_works_uses_revenue_and_what_is_due(self) -> None:
        ann, ben = make.artist(), make.artist()
        work = make.shared_work(ann, {ann: 2, ben: 1})
        make.sale(work=work, price=usd(1500))
        make.sale(work=work, price=usd(1500))
        back = make.sale(work=work, price=usd(1500))
        sales.refund(reference=back.reference, reason="Twice", at=NOON)
        (use,) = remuneration.of_member(ann, NOON.year)
        assert (use.title, use.licence_kind, use.licences) == ("Harbour at dawn", "standard", 2)
        assert (use.revenue, use.due) == (usd(3000), usd(1000))
        assert len(remuneration.of_all(NOON.year)) == 2
        assert remuneration.as_csv([use], year=NOON.year).count("\n") == 3
