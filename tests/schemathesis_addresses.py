"""Has each request come from another address, as a proxy says it: keys that can't be used are counted by address, and asking
with many of them is what the API is asked for here."""

import itertools

import schemathesis

# Of the network that RFC 2544 keeps for measurements.
ADDRESSES = (f"198.18.{high}.{low}" for high, low in itertools.cycle(itertools.product(range(256), range(256))))


@schemathesis.hook
def before_call(context, case, kwargs):
    case.headers["X-Forwarded-For"] = next(ADDRESSES)
