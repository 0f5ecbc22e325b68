"""All servers that can be started, in the order in which they are."""

from services import elasticsearch, postgres, s3, stripe

SERVERS = (postgres.SERVER, s3.SERVER, elasticsearch.SERVER, stripe.SERVER)
