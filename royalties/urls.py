from django.urls import URLPattern, URLResolver, path

from royalties.views import overview, sales, statements, surplus

app_name = "royalties"

_own: list[URLPattern | URLResolver] = [
    path("royalties", overview.overview, name="overview"),
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

urlpatterns = [*_own, *_surplus]
