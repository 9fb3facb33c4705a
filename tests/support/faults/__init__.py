"""The helpers of the tests of faults: builds that are killed, stopped and refused, and checks of what they leave."""
