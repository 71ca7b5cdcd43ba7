"""What a verification is told as: on the terminal, as one HTML file, for machines, and as tests.

Everything that came from an application is hostile here: bodies, headers and paths may hold control signs, markup,
broken text or megabytes, and go through `shown` or the escaping of the format before they reach a report.
"""
