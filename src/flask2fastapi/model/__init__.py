"""Frozen data shared by all stages. Nothing here imports anything of ours outside this package.

Rooms: ``location`` (spans), ``files`` (sources and changes), ``facts`` (what the index knows), ``claims`` (what
extensions are said to do), ``plan`` (what will be done), ``diagnostics`` (what the user is told).
"""
