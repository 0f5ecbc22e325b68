"""Work that governance leaves to the worker."""

from django.utils import timezone
from procrastinate.contrib.django import app

from governance.services import proposals


@app.periodic(cron="* * * * *")
@app.task(name="governance.proceed", queue="governance", queueing_lock="governance.proceed")
def proceed(timestamp: int) -> None:
    """Open and close the votes that are due; twice does nothing more."""
    proposals.proceed(timezone.now())
