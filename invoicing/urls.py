from django.urls import URLPattern, URLResolver, path

from invoicing.views import documents, treasury

app_name = "invoicing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("account/billing", documents.billing, name="billing"),
    path("invoices/<slug:number>.pdf", documents.pdf, name="pdf"),
    path("invoices/<slug:number>.json", documents.json, name="json"),
    path("treasury/invoices", treasury.index, name="treasury_invoices"),
    path("treasury/invoices.csv", treasury.as_csv, name="treasury_csv"),
    path("treasury/invoices/<slug:number>.pdf", treasury.pdf, name="treasury_pdf"),
    path("treasury/taxes", treasury.taxes, name="treasury_taxes"),
]
