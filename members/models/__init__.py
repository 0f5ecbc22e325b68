"""People: accounts, the register of members, offices, applications, notices."""

from members.models.accounts import User
from members.models.applications import AdmissionTerms, Application, PortfolioImage
from members.models.notices import Notice
from members.models.offices import RoleGrant
from members.models.register import Membership, ShareClass

__all__ = [
    "AdmissionTerms",
    "Application",
    "Membership",
    "Notice",
    "PortfolioImage",
    "RoleGrant",
    "ShareClass",
    "User",
]
