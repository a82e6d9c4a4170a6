"""STORY → BROWSER, JSON, FEED READER: the only home of FastAPI."""
