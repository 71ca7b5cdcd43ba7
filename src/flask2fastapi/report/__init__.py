"""What a run tells its user: on the terminal, as markdown, as lines."""
