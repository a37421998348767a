"""The networks themselves, as paddle layers. Only worker processes import these modules."""
