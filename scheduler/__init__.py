"""The product. Which rooms it has, and what is in each, is in docs/rooms.md."""

import gc

# A process of ours loads a few hundred thousand objects and keeps them to its end. To look through
# them for garbage after each 700 new ones, as Python does by itself, is a sixth of its start.
gc.set_threshold(50_000, 20, 50)
