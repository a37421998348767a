"""Commands about a model as it is deployed: every way, with its siblings, behind a server."""
