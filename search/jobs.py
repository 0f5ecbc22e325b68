"""What the worker does for the index."""

import logging

from procrastinate.contrib.django import app

from search.rules.engine import EngineDown
from search.services import follow as following
from search.services import rebuild as rebuilding

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * * */5")
@app.task(name="search.follow", queue="search", lock="search", queueing_lock="search.follow")
def follow(timestamp: int) -> None:
    """Catch up with what changed. An engine that is down is asked again in five seconds."""
    try:
        following.follow()
    except EngineDown as error:
        log.warning("The index could not follow: %s", error)


@app.periodic(cron="17 * * * *")
@app.task(name="search.mend", queue="search", lock="search", queueing_lock="search.mend")
def mend(timestamp: int) -> None:
    """Once an hour: what following cannot notice."""
    try:
        mended = rebuilding.mend()
    except EngineDown as error:
        log.warning("The index could not be compared: %s", error)
    else:
        if mended:
            log.warning("%s documents of the index differed from the database.", mended)
