"""What a machine has of what parity needs: versions, processor, space, engines, exporters, plugins.

Nothing foreign is imported here. What must be imported to be known is imported in a process of
its own (``_child.py``), with a limit of time; one that breaks is one line.
"""
