"""Commands about what a model costs, and what it may do elsewhere or by itself."""
