"""Feeds as rows, and what was learnt of them and of their hosts."""
