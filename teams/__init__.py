"""Teams of buyers, their projects and budgets, and lightboxes to collect works in."""
