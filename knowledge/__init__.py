"""The lecture material as coaching cards, users' documents, and the search over both.

Stands alone: nothing here knows Coach's conversations, platforms or database.
"""
