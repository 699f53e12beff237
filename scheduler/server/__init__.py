"""The production entry points: web, worker, beat, and the health checks of containers.

The only place that names the server. The image, `make run` and the tests all start through here.
"""
