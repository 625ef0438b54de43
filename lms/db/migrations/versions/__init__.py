"""One linear history, oldest first."""
