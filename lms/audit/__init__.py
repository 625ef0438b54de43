"""Who did what, when: an append-only trail. It has no pages of its own; `lms.admin` shows it."""
