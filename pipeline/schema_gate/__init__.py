"""The gate of `schemas/`: sound, exemplified, unchanged once released, compatible across versions, documented."""
