"""Is everything as it should be? The installation, the cluster, and the books: inputs against outcomes."""
