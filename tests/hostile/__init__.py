"""Inputs that want to harm."""
