"""Forms: a form is a list of field names; label, kind and choices come from the registry (model/fields.py).

To put a field into a form, write its name there. To give a kind of field another editor, see editors.py.
"""

from __future__ import annotations

from gcrm.ui.forms.binding import Input, custom_inputs, field_of, input_for, kept_value, put_value, text_of, value_of
from gcrm.ui.forms.editors import Handle, make_handle

__all__ = [
    "Handle",
    "Input",
    "custom_inputs",
    "field_of",
    "input_for",
    "kept_value",
    "make_handle",
    "put_value",
    "text_of",
    "value_of",
]
