from django.urls import path, re_path

from media.views import (
    bucket,
    editing,
    marks,
    renditions,
    sensitive,
    sizes,
    splits,
    studio,
    uploads,
)

app_name = "media"
urlpatterns = [
    path("studio/upload", uploads.page, name="upload"),
    path("studio/uploads", uploads.collection, name="uploads"),
    path("studio/uploads/<uuid:uuid>/parts/<int:number>", uploads.sign, name="sign"),
    path("studio/uploads/<uuid:uuid>/finish", uploads.finish, name="finish"),
    path("studio/uploads/<uuid:uuid>/abort", uploads.abort, name="abort"),
    path("studio/works", studio.shelf, name="works"),
    path("studio/works/together", studio.batch, name="batch"),
    path("studio/works/<uuid:uuid>", studio.work, name="work"),
    path("studio/works/<uuid:uuid>/withdraw", studio.withdraw, name="withdraw"),
    path("studio/works/<uuid:uuid>/appeal", studio.appeal, name="appeal"),
    path("studio/works/<uuid:uuid>/original", studio.original, name="original"),
    path(
        "studio/works/<uuid:uuid>/sensitive-use",
        sensitive.sensitive_use,
        name="sensitive_use",
    ),
    path("studio/works/<uuid:uuid>/split", splits.split, name="split"),
    path("studio/works/<uuid:uuid>/split/withdraw", splits.withdraw, name="withdraw_split"),
    path("studio/asked", splits.asked, name="asked"),
    path("studio/asked/<int:pk>", splits.answer, name="answer_split"),
    path("studio/shared", splits.shared, name="shared"),
    path("editing", editing.desk, name="review_queue"),
    path("editing/watermark", marks.watermark, name="watermark"),
    path("editing/watermark/<slug:name>.jpg", marks.sample, name="watermark_sample"),
    path("editing/trace", marks.trace, name="trace"),
    path("editing/<uuid:uuid>", editing.review, name="review"),
    path("editing/<uuid:uuid>/publish", editing.publish, name="publish"),
    path("editing/<uuid:uuid>/return", editing.send_back, name="send_back"),
    path("editing/<uuid:uuid>/decline", editing.decline, name="decline"),
    path("editing/<uuid:uuid>/undo", editing.undo, name="undo"),
    re_path(
        r"^renditions/(?P<key>[0-9a-f-]{36}/[0-9a-z]+-[0-9a-f]+\.[0-9a-z]+)$",
        renditions.rendition,
        name="rendition",
    ),
    path("sizes/<uuid:uuid>/<int:width>.<slug:extension>", sizes.size, name="size"),
    path("parts/<str:leave>", bucket.part, name="part"),
]
