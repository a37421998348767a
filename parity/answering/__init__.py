"""A server that answers texts with labels or entities, held against a case's reference.

No tensor crosses: what is compared is what a user of the server sees. ``server`` asks, ``forms``
reads its replies, ``compare`` judges one answer, ``run`` tries all and makes what differs small.
"""
