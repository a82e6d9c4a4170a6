"""STORY → INBOX: the daily digest, composed, rendered and delivered."""
