"""A year in the fictional Republic of Velaria, made through the same services as the pages use.

One mission, four districts of different strength, a police academy, two ministries and an NGO: some
sixty people with posts, courses, attempts, joint exercises, exchanges, and an index run each quarter.
The same day gives the same year. All names and figures are invented.
"""
