"""Property tests here judge what is computed, never how long a busy machine takes for it."""

from hypothesis import settings

settings.register_profile("core", deadline=None)
settings.load_profile("core")
