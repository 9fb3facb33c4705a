"""The decision which feeds there are and which articles each holds. Pure: no file, no clock, no format."""
