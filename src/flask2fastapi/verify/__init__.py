"""Seeing for oneself: boot the target in its own interpreter and hold what it does against what we think it does.

What runs inside the target's interpreter lies in ``inside/``: standard library only, no import of ours.
"""
