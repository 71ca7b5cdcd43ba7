"""What two sides answered and wrote, held against each other: pure functions on the data of `model.verification`.

`verdicts.compare` judges one case, `clusters.cluster` groups what differs by cause, `shrink.shrink` makes the smallest
case that shows a difference, `coverage.route_coverage` says how far each route was exercised.

Everything that differs becomes a `change.Change` first, whatever it is worth; then, in this order, a change is held
against what is not stable on the Flask side itself (`noise`), the built-in rules (`rules`) and the user's policy.
"""
