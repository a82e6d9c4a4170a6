"""How statements are compiled, packed and handed to either database, and what each says when something is wrong."""
