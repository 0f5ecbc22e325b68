"""Pages of teams, projects and lightboxes."""
