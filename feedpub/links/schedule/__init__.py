"""The order and pace of requests: hosts, queues, politeness. Pure; the clock is an argument."""
