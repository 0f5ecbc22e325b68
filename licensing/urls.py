from django.urls import URLPattern, URLResolver, path

from licensing.views import (
    carts,
    licences,
    orders,
    practice,
    prices,
    reconciliation,
    treasury,
    webhooks,
    works,
)

app_name = "licensing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("works/<uuid:uuid>", works.work, name="work"),
    path("prices", prices.prices, name="prices"),
    path("licence-terms/<slug:kind>", prices.terms, name="terms"),
    path("licence-terms/<slug:kind>/<int:version>", prices.terms, name="terms_version"),
    path("cart", carts.cart, name="cart"),
    path("cart/undo", carts.undo, name="cart_undo"),
    path("cart/<uuid:uuid>", carts.add, name="cart_add"),
    path("cart/<uuid:uuid>/remove", carts.remove, name="cart_remove"),
    path("checkout", orders.checkout, name="checkout"),
    path("orders", orders.index, name="orders"),
    path("orders/<uuid:uuid>", orders.order, name="order"),
    path("orders/<uuid:uuid>/pay", orders.pay, name="pay"),
    path("orders/<uuid:uuid>/return", orders.returned, name="returned"),
    path("orders/<uuid:uuid>/cancel", orders.cancel, name="cancel"),
    path("practice-gateway/<slug:reference>", practice.practice, name="practice"),
    path("licences", licences.index, name="licences"),
    path("licences/<slug:number>", licences.licence, name="licence"),
    path("licences/<slug:number>/certificate", licences.certificate, name="certificate_page"),
    path("licences/<slug:number>/certificate.pdf", licences.certificate_pdf, name="certificate"),
    path("licences/<slug:number>/download", licences.download, name="download"),
    path("verify-licence", licences.verify, name="verify"),
    path("webhooks/stripe", webhooks.stripe, name="stripe_webhook"),
    path("treasury/reconciliation", reconciliation.newest, name="reconciliation"),
    path("treasury/reconciliation/compare", reconciliation.compare, name="reconcile"),
    path("treasury/refunds/<uuid:uuid>/retry", reconciliation.retry_refund, name="retry_refund"),
    path("treasury/orders", treasury.index, name="treasury_orders"),
    path("treasury/orders/<uuid:uuid>", treasury.order, name="treasury_order"),
]
