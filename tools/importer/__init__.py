"""What the importers of real files share: tables, the connection to the server, the exchange, the command line.

An importer is a client of the running server like any other system: it uses the public methods only.
"""
