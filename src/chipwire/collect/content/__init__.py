"""STRINGS → ENTRY: clean texts, whole links, and who is who."""
