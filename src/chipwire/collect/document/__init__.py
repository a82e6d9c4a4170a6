"""BYTES → TEXT: a document's characters, mended where an XML parser would stop, and its entries as they stand in it."""
