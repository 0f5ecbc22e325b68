from django.urls import URLPattern, URLResolver, path

from teams.views import lightboxes, projects, teams

app_name = "teams"
urlpatterns: list[URLPattern | URLResolver] = [
    path("teams", teams.index, name="teams"),
    path("teams/<uuid:uuid>", teams.team, name="team"),
    path("teams/<uuid:uuid>/settings", teams.settle, name="settle"),
    path("teams/<uuid:uuid>/invite", teams.invite, name="invite"),
    path("teams/<uuid:uuid>/leave", teams.leave, name="leave"),
    path("teams/<uuid:uuid>/projects", projects.begin, name="begin_project"),
    path("teammates/<int:pk>", teams.teammate, name="teammate"),
    path("teammates/<int:pk>/remove", teams.remove, name="remove"),
    path("team-invitations/<str:token>", teams.invitation, name="invitation"),
    path("teams/invitations/<uuid:uuid>/revoke", teams.revoke, name="revoke"),
    path("projects/<uuid:uuid>", projects.project, name="project"),
    path("projects/<uuid:uuid>/close", projects.close, name="close_project"),
    path("lightboxes", lightboxes.index, name="lightboxes"),
    path("lightboxes/<uuid:uuid>", lightboxes.lightbox, name="lightbox"),
    path("lightboxes/<uuid:uuid>/describe", lightboxes.describe, name="describe"),
    path("lightboxes/<uuid:uuid>/share", lightboxes.share, name="share"),
    path("collect/<uuid:uuid>", lightboxes.collect, name="collect"),
    path("collected/<int:pk>", lightboxes.change, name="collected"),
    path("shared-lightboxes/<str:token>", lightboxes.shared, name="shared"),
]
