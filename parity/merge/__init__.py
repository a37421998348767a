"""One gate of the parts that machines ran: nothing missing, nothing twice, nothing mixed."""
