"""ITEM → STORY: fingerprints, the window of recent items, and who hangs together in it."""
