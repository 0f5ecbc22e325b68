"""The price book, carts, orders with their payments and refunds, licences and downloads."""

from licensing.models.approvals import Approval
from licensing.models.carts import CartLine
from licensing.models.certificates import CertificateKey, IssuedCertificate, KeyRetirement
from licensing.models.comps import Comp
from licensing.models.custom_quotes import CustomQuote, Enquiry
from licensing.models.events import Dispute, GatewayEvent, Reconciliation, Sweep
from licensing.models.freezes import Claim, FreezeEnd, FreezeNotice
from licensing.models.licences import Download, Licence
from licensing.models.orders import Order, OrderLine
from licensing.models.payments import Payment, Refund
from licensing.models.prices import PriceBook, Terms
from licensing.models.uses import LicenceUse

__all__ = [
    "Approval",
    "CartLine",
    "CertificateKey",
    "Claim",
    "Comp",
    "CustomQuote",
    "Dispute",
    "Download",
    "Enquiry",
    "FreezeEnd",
    "FreezeNotice",
    "GatewayEvent",
    "IssuedCertificate",
    "KeyRetirement",
    "Licence",
    "LicenceUse",
    "Order",
    "OrderLine",
    "Payment",
    "PriceBook",
    "Reconciliation",
    "Refund",
    "Sweep",
    "Terms",
]
