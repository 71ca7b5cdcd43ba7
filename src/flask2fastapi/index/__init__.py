"""Whole-program facts from the standard ``ast``.

``build_index`` follows what Python would do to set the application up (imports, calls, loops over literal tables) and
writes down what it registers. Rooms: ``modules`` (files as modules), ``values`` (what expressions stand for),
``folding``, ``attributes``, ``expressions``, ``imports``, ``binding``, ``flow``, ``statements``, ``calls``,
``holding``, ``owners``, ``program`` (following), ``recorder`` (what was seen), ``scan`` and ``uses`` (what functions
use), ``facts``, ``routes``, ``resolve``, ``functions`` (facts of it).
"""
