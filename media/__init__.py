"""Works: upload, ingest, renditions, review, published."""
