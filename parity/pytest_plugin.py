"""The gate as a pytest plugin."""
