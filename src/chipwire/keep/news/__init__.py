"""Items and stories as rows: written with their tags, counted, indexed, put into stories, pruned."""
