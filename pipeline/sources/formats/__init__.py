"""Bytes → items, one module a format: `read(stream, place)` for formats of many items, `parse(data, place)` for documents."""
