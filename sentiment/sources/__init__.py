"""One file for each vendor: how its request looks. What they have in common is in responses.py."""
