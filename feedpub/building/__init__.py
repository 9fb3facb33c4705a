"""The incremental build: it finds the changes, and renders and writes only their documents."""
