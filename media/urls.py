from django.urls import path

from media.views import bucket, renditions

app_name = "media"
urlpatterns = [
    path("renditions/<path:key>", renditions.rendition, name="rendition"),
    path("parts/<str:leave>", bucket.part, name="part"),
]
