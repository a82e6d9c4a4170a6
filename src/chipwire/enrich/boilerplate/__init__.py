"""Which parts of a text are news: zones, and the boxes, adverts and notices that stand beside a story."""
