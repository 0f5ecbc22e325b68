"""Orders for a team's projects: licensee, budgets, approvals, and who sees what."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from licensing.models import Approval, CartLine, Licence, Order, Payment
from licensing.rules.states import OrderState
from licensing.services import approvals, carts, orders, payments, refunds, spending
from members.models import User
from teams.models import Project
from teams.rules.roles import TeamRole
from teams.services import projects, teams
from tests import make
from tests.licensing.pages import as_user, text
from tests.make.ledger import NOON
from tests.races import at_once

pytestmark = pytest.mark.django_db
# What `make.order` costs: a small standard licence.
PRICE = 1_500


def buying(
    *, limit: int | None = None, budget: int | None = None, month: int | None = None
) -> tuple[User, Project]:
    """A buyer in a team, and its project."""
    team = make.team(limit=limit, month=month)
    return make.teammate(team=team).user, make.project(team=team, budget=budget)


def approver_of(project: Project) -> User:
    return make.manager_of(project.team)


class TestPlacing:
    def test_an_order_within_all_bounds_is_the_teams_and_can_be_paid(self) -> None:
        buyer, project = buying(limit=PRICE, budget=PRICE, month=PRICE)
        order = make.order(by=buyer, project=project, licensee="Somebody else")
        assert order.licensee == project.team.legal_name
        assert not Approval.objects.exists()
        assert make.pay(order).is_paid

    @pytest.mark.parametrize("bound", ["limit", "budget", "month"])
    def test_an_order_beyond_one_bound_waits_and_cannot_be_paid(self, bound: str) -> None:
        buyer, project = buying(**{bound: PRICE - 1})
        order = make.order(by=buyer, project=project)
        assert order.approval.reasons
        with pytest.raises(spending.NotApproved):
            make.pay(order)
        assert not Payment.objects.exists()
        assert approver_of(project).notices.filter(text__contains=order.number).exists()
        assert not buyer.notices.filter(text__contains="asks you").exists()

    def test_the_database_begins_no_payment_before_the_approval(self) -> None:
        buyer, project = buying(limit=0)
        order = make.order(by=buyer, project=project)
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.create(
                order=order,
                gateway="practice",
                amount_minor=order.total_minor,
                currency=order.currency,
                started_at=NOON,
            )

    def test_what_waits_was_cancelled_or_refunded_is_not_spent(self) -> None:
        buyer, project = buying(budget=PRICE)
        cancelled = make.order(by=buyer, project=project)
        orders.cancel(order=cancelled, at=NOON)
        CartLine.objects.all().delete()
        paid = make.pay(make.order(by=buyer, project=project))
        assert make.order(by=buyer, project=project).approval.approved is None
        assert spending.spent_for(project).minor == PRICE
        refunds.give_back(
            order=paid, lines=list(paid.lines.all()), reason="Twice", by=make.treasurer(), at=NOON
        )
        assert spending.spent_for(project).minor == 0

    def test_nobody_orders_for_a_closed_project_or_another_team(self) -> None:
        buyer, project = buying()
        with pytest.raises(spending.NotForProject):
            make.order(by=make.buyer(), project=project)
        projects.close(project=project, by=approver_of(project), at=NOON)
        with pytest.raises(spending.NotForProject):
            make.order(by=buyer, project=project)

    def test_who_left_the_team_pays_nothing_for_it(self) -> None:
        buyer, project = buying()
        order = make.order(by=buyer, project=project)
        person = project.team.people.get(user=buyer)
        teams.remove(teammate=person, by=approver_of(project), at=NOON)
        with pytest.raises(spending.NotApproved, match="not in the team"):
            payments.begin(order=order, return_url="https://shop.example/", at=NOON)


class TestDeciding:
    def test_an_approved_order_can_be_paid_and_counts(self) -> None:
        buyer, project = buying(budget=0)
        order, boss = make.order(by=buyer, project=project), approver_of(project)
        approvals.approve(approval=order.approval, by=boss, word="", at=NOON)
        assert make.pay(order).is_paid
        assert spending.spent_for(project).minor == PRICE
        assert buyer.notices.filter(text__contains="approved").exists()

    def test_a_declined_order_is_cancelled_and_its_works_are_in_the_cart(self) -> None:
        buyer, project = buying(budget=0)
        order = make.order(by=buyer, project=project)
        approvals.decline(
            approval=order.approval, by=approver_of(project), word="Too dear", at=NOON
        )
        order.refresh_from_db()
        assert order.state == OrderState.CANCELLED
        assert CartLine.objects.filter(buyer=buyer).count() == 1
        assert buyer.notices.filter(text__contains="“Too dear”").exists()
        assert project.team.events.filter(text__contains="declined. Too dear").exists()

    @pytest.mark.parametrize("role", [TeamRole.BUYER, TeamRole.MANAGER])
    def test_neither_a_buyer_nor_who_ordered_it_decides(self, role: TeamRole) -> None:
        _, project = buying(budget=0)
        asker = make.teammate(team=project.team, role=role).user
        order = make.order(by=asker, project=project)
        with pytest.raises(approvals.NotYours):
            approvals.approve(approval=order.approval, by=asker, word="", at=NOON)

    def test_is_done_once_and_kept(self) -> None:
        buyer, project = buying(budget=0)
        order, boss = make.order(by=buyer, project=project), approver_of(project)
        approvals.approve(approval=order.approval, by=boss, word="", at=NOON)
        with pytest.raises(approvals.Decided):
            approvals.decline(approval=order.approval, by=boss, word="No", at=NOON)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE licensing_approval SET approved = false, word = 'no'")


class TestPages:
    def test_a_project_is_chosen_at_checkout_and_the_order_waits(self) -> None:
        buyer, project = buying(limit=0)
        make.order(by=make.buyer())
        work = make.work_on_sale()
        carts.put(buyer=buyer, work=work, choice=make.STANDARD_SMALL, at=NOON)
        browser = as_user(buyer)
        page = browser.get(reverse("licensing:checkout"))
        assert f"Atlas: {project.name}" in text(page)
        sent = {**page.context["form"].initial, "terms": "on", "project": str(project.uuid)}
        shown = browser.post(reverse("licensing:checkout"), sent, follow=True)
        assert "Awaiting approval" in text(shown)
        assert Order.objects.get(buyer=buyer).project == project

    def test_an_approver_reads_why_and_declines_with_a_word_only(self) -> None:
        buyer, project = buying(limit=0)
        order = make.order(by=buyer, project=project)
        browser = as_user(approver_of(project))
        assert "Your limit for one order" in text(browser.get(reverse("licensing:approvals")))
        address = reverse("licensing:decide", args=[order.uuid])
        assert browser.post(address, {"decline": ""}).status_code == 422
        assert browser.post(address, {"approve": ""}).status_code == 302
        assert Approval.objects.get(order=order).approved is True

    def test_the_team_sees_licences_and_approvers_see_orders_until_they_leave(self) -> None:
        buyer, project = buying()
        order = make.pay(make.order(by=buyer, project=project))
        licence = Licence.objects.get(line__order=order)
        mate, boss = make.teammate(team=project.team), approver_of(project)
        pages = {
            reverse("licensing:order", args=[order.uuid]): {buyer, boss},
            reverse("licensing:licence", args=[licence.number]): {buyer, boss, mate.user},
            reverse("licensing:certificate", args=[licence.number]): {buyer, boss, mate.user},
        }
        people = [buyer, boss, mate.user, make.buyer()]
        for page, readers in pages.items():
            seen = {person for person in people if as_user(person).get(page).status_code == 200}
            assert seen == readers, page
        for gone in (mate, project.team.people.get(user=buyer)):
            teams.remove(teammate=gone, by=boss, at=NOON)
            assert {as_user(gone.user).get(page).status_code for page in pages} == {404}


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_orders_do_not_both_fit_into_what_is_left_for_one(self) -> None:
        _, project = buying(budget=PRICE)
        buyers = [make.teammate(team=project.team).user for _ in range(3)]
        works = [make.work_on_sale() for _ in buyers]
        make.price_book()
        make.royalty_terms()
        at_once(lambda n: make.order(by=buyers[n], works=[works[n]], project=project), len(buyers))
        assert Order.objects.count() == len(buyers)
        assert Order.objects.filter(approval=None).count() == 1
        assert spending.spent_for(project).minor == PRICE
