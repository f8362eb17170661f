"""Importer of complaint extracts of the US Consumer Financial Protection Bureau (CFPB): `./dev import cfpb FILE`.

It is a client of the running server like any other system: it creates the places of the classification it needs,
registers complaints with `bank.ticket.register_batch`, reports the companies' answers with
`bank.ticket.record_response_batch`, reads the figures back and compares them with the file. The complaints are
allegations that nobody verified, so the companies get invented names before anything leaves this program
(:mod:`.pseudonyms`).
"""
