"""One module a format: events in, pieces of a file out. `registry.py` lists them."""
