"""Work for later: rows in the site's own database, claimed under a lease.

A job is written in the transaction of the change that wants it, so that nothing acknowledged is lost. A worker
that is killed loses its lease, and another takes the job. A job may therefore run twice: each effect has a key
of its own.
"""
