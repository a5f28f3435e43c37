"""gCRM: one desktop program for the customers of a small office."""

__version__ = "0.1.0"
