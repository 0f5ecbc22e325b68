"""People: accounts, applications, the register of members, share classes, roles, notices."""
