"""All servers that can be started, in the order in which they are."""

from services import postgres, s3, stripe

SERVERS = (postgres.SERVER, s3.SERVER, stripe.SERVER)
