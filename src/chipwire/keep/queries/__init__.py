"""What is asked of the store: filters, their plans, lists, counts, and everything around one item, story or company."""
