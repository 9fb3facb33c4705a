"""The engine that runs a check: threads over the scheduler."""
