"""Importer of the answers that customers of a Spanish credit institution gave to a questionnaire after the European
Customer Satisfaction Index (ECSI): `./dev import ecsi DIR`.

It goes the way of a real survey: questionnaire and programme over XML-RPC, invented customers through the exchange,
invitations by `bank.survey.program.invite`, each answer through the page behind its own link, and the figures back by
`bank.survey.program.kpi`, compared with the file.
"""
