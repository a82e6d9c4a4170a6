"""Readers and receivers: letters, the outbox, saved queries that write or call back, feedback."""
