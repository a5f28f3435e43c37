"""Take a pasted signature, imprint or letterhead apart into the fields of a new contact.

`parse_signature(text, home_country)` places what it recognises, says how sure it is and hands back the rest: every word
of the text is either in a field or in the rest. It guesses; the person confirms. Time is linear in the length.
"""

from gcrm.model.paste_address.pasted import Number, Pasted, Placed, Value
from gcrm.model.paste_address.reader import parse_signature

__all__ = ["Number", "Pasted", "Placed", "Value", "parse_signature"]
