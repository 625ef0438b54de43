"""Plain functions that make things with sensible defaults, one file per feature."""
