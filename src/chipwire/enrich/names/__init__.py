"""Which names that were found really are the company, and by what rule."""
