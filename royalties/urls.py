from django.urls import URLPattern, URLResolver, path

from royalties.views import (
    costs,
    equity,
    facts,
    holds,
    overview,
    payouts,
    rates,
    receiving,
    redemptions,
    sales,
    statements,
    surplus,
    taxes,
    terms,
    treasury,
    years,
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
    path("royalties/statements/<month>.json", facts.month_facts, name="month_facts"),
    path("royalties/equity", equity.equity, name="equity"),
    path("royalties/equity/consent", equity.consent, name="patronage_consent"),
    path("royalties/equity/notices/<int:year>.pdf", equity.notice_pdf, name="patronage_notice"),
    path("royalties/facts/<int:year>.json", facts.year_facts, name="year_facts"),
    path("royalties/facts/recompute.py", facts.script, name="recompute_script"),
    path("royalties/statements/<month>", statements.statement, name="statement"),
    path("royalties/years/<int:year>.csv", years.year_csv, name="year_csv"),
    path("royalties/years/<int:year>.pdf", years.year_pdf, name="year_pdf"),
    path("royalties/years/<int:year>", years.year, name="year"),
    path(
        "royalties/years/<int:year>/remuneration.csv",
        years.remuneration_csv,
        name="remuneration_csv",
    ),
    path(
        "royalties/years/<int:year>/remuneration.pdf",
        years.remuneration_pdf,
        name="remuneration_pdf",
    ),
    path("royalties/payout-terms", terms.payout_terms, name="payout_terms"),
    path("royalties/payout-terms/floor", terms.choose_floor, name="choose_floor"),
    path("royalties/payout-terms/country", terms.state_country, name="state_country"),
    path("payout-holds", holds.hold_reasons, name="hold_reasons"),
]

_surplus: list[URLPattern | URLResolver] = [
    path("surplus", surplus.surplus, name="surplus"),
    path("surplus/close", surplus.close_year, name="close_year"),
    path("surplus/<int:year>", surplus.surplus_year, name="surplus_year"),
    path("surplus/<int:year>/compare", surplus.compare, name="surplus_compare"),
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
    path("treasury/holds", holds.payout_holds, name="payout_holds"),
    path("treasury/holds/place", holds.place_hold, name="place_hold"),
    path("treasury/holds/<int:pk>/end", holds.end_hold, name="end_hold"),
    path("treasury/tax-forms", taxes.tax_forms, name="tax_forms"),
    path("treasury/tax-forms/record", taxes.record_tax_form, name="record_tax_form"),
    path("treasury/tax-forms/<int:year>/<slug:code>.csv", taxes.tax_form, name="tax_form"),
    path("treasury/rates", rates.rates, name="rates"),
    path("treasury/rates/<int:pk>/end", rates.end, name="end_rate"),
    path("treasury/payouts", payouts.payout_runs, name="payouts"),
    path("treasury/payouts/propose", payouts.propose, name="propose_payouts"),
    path("treasury/payouts/<int:pk>", payouts.payout_run, name="payout_run"),
    path("treasury/payouts/<int:pk>/approve", payouts.approve, name="approve_payouts"),
    path("treasury/payouts/<int:pk>/reject", payouts.reject, name="reject_payouts"),
    path("treasury/redemptions", redemptions.redemption_runs, name="redemptions"),
    path("treasury/redemptions/propose", redemptions.propose, name="propose_redemptions"),
    path("treasury/redemptions/<int:pk>/approve", redemptions.approve, name="approve_redemptions"),
    path("treasury/redemptions/<int:pk>/reject", redemptions.reject, name="reject_redemptions"),
    path("treasury/payout/<int:pk>/retry", payouts.retry, name="retry_payout"),
    path("treasury/payout/<int:pk>/take-back", receiving.take_back, name="take_back_payout"),
    path("treasury/payout/<int:pk>/drop", payouts.drop, name="drop_payout"),
]

urlpatterns = [*_own, *_surplus, *_treasury]
    path("treasury/payout/<int:pk>/take-back/retry", receiving.retry_return, name="retry_return"),
