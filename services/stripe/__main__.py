"""`python -m services.stripe --port P --mock-port M --document FOLDER`: serve until ended."""

from __future__ import annotations

import argparse
from pathlib import Path

from services.stripe.api import Api
from services.stripe.delivery import Post
from services.stripe.document import Document
from services.stripe.mock import Mock
from services.stripe.web import Handler, Server


def main() -> None:
    """Serve on the loopback address only."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mock-port", type=int, required=True)
    parser.add_argument("--document", type=Path, required=True)
    given = parser.parse_args()
    server = Server(("127.0.0.1", given.port), Handler)
    origin = f"http://127.0.0.1:{given.port}"
    server.api = Api(Document(given.document), Mock(given.mock_port), Post(), origin)
    server.serve_forever()


if __name__ == "__main__":
    main()
