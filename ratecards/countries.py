"""Countries by their two letters of ISO 3166, as the EEA prices of a card name them: "AT,BE", sorted, each once."""

import re

import phonenumbers

# The members of the European Economic Area; a card may name others, for its carrier decides.
EEA = "AT,BE,BG,CY,CZ,DE,DK,EE,ES,FI,FR,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NL,NO,PL,PT,RO,SE,SI,SK"


def parse_countries(text: str) -> str:
    """Two-letter codes between commas or spaces, in their stored form. Raises ValueError naming what is no country."""
    codes = sorted({code.upper() for code in re.split(r"[\s,;]+", text) if code})
    unknown = [code for code in codes if code not in phonenumbers.SUPPORTED_REGIONS]
    if unknown:
        raise ValueError(f"No country has the code {unknown[0][:10]!r}: write two letters each, such as AT, BE.")
    return ",".join(codes)
