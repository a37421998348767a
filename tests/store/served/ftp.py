"""A server of FTP on this machine: prints its port, and serves a folder until it is ended."""

import sys
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it is older than Python's own loops
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.servers import FTPServer

who = DummyAuthorizer()
who.add_user("me", "secret", sys.argv[1], perm="elradfmwMT")
FTPHandler.authorizer = who
server = FTPServer(("127.0.0.1", 0), FTPHandler)
sys.stdout.write(f"{server.socket.getsockname()[1]}\n")
sys.stdout.flush()
server.serve_forever()
