from django.urls import path

from media.views import bucket

app_name = "media"
urlpatterns = [
    path("parts/<str:leave>", bucket.part, name="part"),
]
