"""The helpers of the tests of links: hostile servers, and a simulated web."""
