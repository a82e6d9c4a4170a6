"""Whether an item is about a company or only mentions it."""
