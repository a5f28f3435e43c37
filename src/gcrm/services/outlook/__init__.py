"""Contacts and appointments kept in step with Outlook on this computer (docs/decisions/0023).

Only com.py knows pywin32, which is an optional package of Windows; everything else speaks to object_model.py.
"""
