"""Laws are checked without a time limit an example: the machine may be busy, and the first call fills caches."""

from hypothesis import settings

settings.register_profile("estimators", deadline=None)
settings.load_profile("estimators")
