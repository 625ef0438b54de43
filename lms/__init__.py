"""Baraza: training and capacity building for peace operations and local governments.

This module imports nothing, so that the pure parts (`lms.index`, `lms.scoring`, `lms.content`)
load without a web framework or a database.
"""

__version__ = "0.1.0"
