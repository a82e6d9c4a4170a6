"""Which feeds there are: the list that is shipped, lists from other readers, and what a page offers."""
