"""Every address of the site. Each package brings its own."""

from django.urls import include, path

from stockcoop.styleguide import styleguide

urlpatterns = [
    path("", include("operation.urls")),
    path("styleguide", styleguide, name="styleguide"),
    path("accounts/", include("allauth.urls")),
    path("", include("search.urls")),
    path("", include("licensing.urls")),
    path("", include("royalties.urls")),
    path("", include("invoicing.urls")),
    path("", include("teams.urls")),
    path("", include("media.urls")),
    path("", include("governance.urls")),
    path("", include("members.urls")),
]
