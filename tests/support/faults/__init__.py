"""What the tests of faults share: builds that are killed, stopped and refused, and who judges them."""
