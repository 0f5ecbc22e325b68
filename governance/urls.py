from django.urls import path

from governance import views

app_name = "governance"
urlpatterns = [
    path("votes", views.proposals, name="proposals"),
    path("votes/<uuid:uuid>", views.proposal, name="proposal"),
    path("votes/<uuid:uuid>/ballot", views.cast, name="cast"),
    path("bylaws", views.bylaws, name="bylaws"),
]
