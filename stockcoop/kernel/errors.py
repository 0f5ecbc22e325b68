"""The one kind of error that is meant for the person who asked."""


class Refused(Exception):
    """An anticipated no. The message is a sentence for the asker; `status` is for HTTP.

    Services define their own subclass beside the function that raises it.
    """

    status = 409

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if status is not None:
            self.status = status
