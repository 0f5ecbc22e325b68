"""`python -m services.stripe --port P --mock-port M --document FOLDER [--keep FOLDER]`: serve."""

from __future__ import annotations

import argparse
from pathlib import Path

from services.stripe.api import Api
from services.stripe.delivery import Post
from services.stripe.document import Document
from services.stripe.mock import Mock
from services.stripe.shelf import Shelf
from services.stripe.web import Handler, Server


def main() -> None:
    """Serve on the loopback address only."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mock-port", type=int, required=True)
    parser.add_argument("--document", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="what is kept from one run to the next")
    given = parser.parse_args()
    server = Server(("127.0.0.1", given.port), Handler)
    origin = f"http://127.0.0.1:{given.port}"
    document, mock = Document(given.document), Mock(given.mock_port)
    server.api = Api(document, mock, Post(), origin, Shelf(given.keep))
    server.serve_forever()


if __name__ == "__main__":
    main()
