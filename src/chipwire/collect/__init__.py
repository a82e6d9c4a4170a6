"""FEED → ITEM: what comes in over the wire, made safe and regular."""
