"""HTML to PDF for the shipped exporters; no hooks of its own."""
