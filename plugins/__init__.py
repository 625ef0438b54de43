"""Starter exporters; installed as `lms_plugins`."""
