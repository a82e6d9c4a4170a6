"""ITEM → TAG, STORY: pure functions that say what an item is about and where it belongs."""
