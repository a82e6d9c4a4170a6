"""Text before it means anything: its language, one spelling for many, words and where they begin and end."""
