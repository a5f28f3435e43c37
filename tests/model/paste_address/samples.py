"""All samples, in the manners that are met in DE, AT, CH, PT, UK, US, BR and NL. Names and numbers are made up."""

from __future__ import annotations

from tests.model.paste_address import samples_abroad, samples_alps, samples_germany

SAMPLES = [*samples_germany.SAMPLES, *samples_alps.SAMPLES, *samples_abroad.SAMPLES]
