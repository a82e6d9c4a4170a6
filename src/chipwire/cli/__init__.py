"""The composition root: the commands of chipwire, and the only place where settings are read."""
