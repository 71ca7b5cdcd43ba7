"""The plan: pure functions from the index (and claims, and configuration) to what will be done.

Rooms: ``generated`` (what an earlier run wrote), ``naming`` (where generated modules go), ``fronts`` (what each
application gets).
"""
