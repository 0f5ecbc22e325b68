from django.urls import URLPattern, URLResolver, path

from royalties.views import (
    costs,
    overview,
    payouts,
    rates,
    receiving,
    sales,
    statements,
    surplus,
    treasury,
)

app_name = "royalties"

_own: list[URLPattern | URLResolver] = [
    path("royalties", overview.overview, name="overview"),
    path("royalties/payout-account", receiving.payout_account, name="payout_account"),
    path(
        "royalties/payout-account/return",
        receiving.payout_account_return,
        name="payout_account_return",
    ),
    path("royalties/sales/<int:pk>", sales.sale, name="sale"),
    path("royalties/entries/<int:pk>", sales.entry, name="entry"),
    path("royalties/statements/<month>.csv", statements.statement_csv, name="statement_csv"),
    path("royalties/statements/<month>.pdf", statements.statement_pdf, name="statement_pdf"),
    path("royalties/statements/<month>", statements.statement, name="statement"),
]

_surplus: list[URLPattern | URLResolver] = [
    path("surplus", surplus.surplus, name="surplus"),
    path("surplus/close", surplus.close_year, name="close_year"),
    path("surplus/<int:year>", surplus.surplus_year, name="surplus_year"),
    path("surplus/<int:year>/plans", surplus.make_plan, name="surplus_plans"),
    path("surplus/<int:year>/plans/<int:number>", surplus.surplus_plan, name="surplus_plan"),
    path("surplus/<int:year>/vote", surplus.open_vote, name="surplus_vote"),
]

_treasury: list[URLPattern | URLResolver] = [
    path("treasury", treasury.treasury, name="treasury"),
    path("treasury/accounts/<str:code>", treasury.account, name="account"),
    path("treasury/entries", treasury.entries, name="entries"),
    path("treasury/costs", costs.costs, name="costs"),
    path("treasury/costs/<int:pk>/correct", costs.correct, name="correct_cost"),
    path("treasury/rates", rates.rates, name="rates"),
    path("treasury/rates/<int:pk>/end", rates.end, name="end_rate"),
    path("treasury/payouts", payouts.payout_runs, name="payouts"),
    path("treasury/payouts/propose", payouts.propose, name="propose_payouts"),
    path("treasury/payouts/<int:pk>", payouts.payout_run, name="payout_run"),
    path("treasury/payouts/<int:pk>/approve", payouts.approve, name="approve_payouts"),
    path("treasury/payouts/<int:pk>/reject", payouts.reject, name="reject_payouts"),
    path("treasury/payout/<int:pk>/retry", payouts.retry, name="retry_payout"),
    path("treasury/payout/<int:pk>/take-back", receiving.take_back, name="take_back_payout"),
    path("treasury/payout/<int:pk>/drop", payouts.drop, name="drop_payout"),
]

urlpatterns = [*_own, *_surplus, *_treasury]
