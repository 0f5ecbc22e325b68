from django.urls import path

from royalties.views import surplus

app_name = "royalties"
urlpatterns = [
    path("surplus", surplus.surplus, name="surplus"),
    path("surplus/close", surplus.close_year, name="close_year"),
    path("surplus/<int:year>", surplus.surplus_year, name="surplus_year"),
    path("surplus/<int:year>/plans", surplus.make_plan, name="surplus_plans"),
    path("surplus/<int:year>/plans/<int:number>", surplus.surplus_plan, name="surplus_plan"),
    path("surplus/<int:year>/vote", surplus.open_vote, name="surplus_vote"),
]
