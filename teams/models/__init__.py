"""Teams with their people, projects and log; lightboxes."""

from teams.models.lightboxes import Collected, Lightbox
from teams.models.projects import Project
from teams.models.teams import Invitation, Team, TeamEvent, Teammate

__all__ = ["Collected", "Invitation", "Lightbox", "Project", "Team", "TeamEvent", "Teammate"]
