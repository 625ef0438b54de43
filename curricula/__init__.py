"""Starter courses as markdown; installed as `lms_curricula`."""
