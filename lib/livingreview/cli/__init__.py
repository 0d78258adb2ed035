"""The command `livingreview`, one module a group of commands."""
