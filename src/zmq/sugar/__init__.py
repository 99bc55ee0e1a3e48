"""Python conveniences over the backend."""
