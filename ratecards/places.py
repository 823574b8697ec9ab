"""Where a number is: its country and, in the US, its state, by the phonenumbers data.

The data is large and loaded on first use: in jobs and commands, never in a request.
"""

import phonenumbers
from phonenumbers import NumberParseException

from ratecards.engine.classes import STATES_OF, UNKNOWN, Place

_NAMES = (
    "Alabama AL,Alaska AK,Arizona AZ,Arkansas AR,California CA,Colorado CO,Connecticut CT,Delaware DE,Florida FL,Georgia GA,"
    "Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,Kansas KS,Kentucky KY,Louisiana LA,Maine ME,Maryland MD,"
    "Massachusetts MA,Michigan MI,Minnesota MN,Mississippi MS,Missouri MO,Montana MT,Nebraska NE,Nevada NV,New Hampshire NH,"
    "New Jersey NJ,New Mexico NM,New York NY,North Carolina NC,North Dakota ND,Ohio OH,Oklahoma OK,Oregon OR,Pennsylvania PA,"
    "Rhode Island RI,South Carolina SC,South Dakota SD,Tennessee TN,Texas TX,Utah UT,Vermont VT,Virginia VA,Washington WA,"
    "West Virginia WV,Wisconsin WI,Wyoming WY,Washington D.C. DC"
)
STATES = {name: code for name, _, code in (one.rpartition(" ") for one in _NAMES.split(","))}


def place_of(number: str) -> Place:
    """The place of a number in digits with its country code; UNKNOWN for what is none, and for a withheld one ("")."""
    try:
        parsed = phonenumbers.parse(f"+{number}")
    except NumberParseException:
        return UNKNOWN
    country = phonenumbers.region_code_for_number(parsed)
    if country in (None, "001"):
        return UNKNOWN
    return Place(country, state_of(parsed) if country == STATES_OF else "")


def state_of(number: phonenumbers.PhoneNumber) -> str:
    """The state in which a US number is at home, "" for one that is in none, such as a toll-free one."""
    from phonenumbers import geocoder  # loads the data

    words = geocoder.description_for_number(number, "en")
    city, _, state = words.rpartition(", ")
    return state if city and state in STATES.values() else STATES.get(words, "")
