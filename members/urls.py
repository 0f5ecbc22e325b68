from django.urls import path

from members.views import account, board, joining

app_name = "members"
urlpatterns = [
    path("members", joining.register, name="register"),
    path("join", joining.apply, name="apply"),
    path("join/withdraw", joining.withdraw, name="withdraw"),
    path("portfolio/<int:pk>.jpg", joining.portfolio_image, name="portfolio_image"),
    path("board/applications", board.applications, name="applications"),
    path("board/applications/<int:pk>", board.application, name="application"),
    path("board/applications/<int:pk>/admit", board.admit, name="admit"),
    path("board/applications/<int:pk>/decline", board.decline, name="decline"),
    path("board/roles", board.offices, name="roles"),
    path("board/roles/grant", board.grant, name="grant"),
    path("board/roles/revoke", board.revoke, name="revoke"),
    path("account", account.account, name="account"),
    path("account/leave", account.leave, name="leave"),
    path("notices", account.notices_page, name="notices"),
]
