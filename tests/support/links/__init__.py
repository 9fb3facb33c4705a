"""What the tests of links share: servers that do what servers should not, and a simulated web."""
