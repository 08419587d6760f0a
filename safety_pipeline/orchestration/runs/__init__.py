"""Runs from the command line, the sensor and the webserver, and what is asked of their releases afterwards."""
