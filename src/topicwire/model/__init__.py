"""The words of the domain, as frozen values: what every room of the house speaks of.

Times are aware datetimes in UTC. Text named `html` is sanitised; all other text is plain.
"""
