"""When to ask whom again: pure, but for the lanes in which requests wait for each other."""
