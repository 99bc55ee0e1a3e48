"""Small helpers around the bindings."""
