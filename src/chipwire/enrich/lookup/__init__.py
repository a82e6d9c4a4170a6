"""What is known of names and markers, and one pass over a text that finds them all."""
