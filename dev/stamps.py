"""Stamps: what is made once, and anew when what it is made of has changed."""

import hashlib

from . import locks


def ensure(stamp, made_of, make):
    """Make something, unless its stamp says that it was made of the same things.

    The stamp is written last, so that what was interrupted is made again.

    :param stamp: a file, or a `databases.Stamp`
    :param made_of: texts
    :param make: a function that makes it
    """
    wanted = hashlib.sha256("\n".join(made_of).encode()).hexdigest()
    with locks.exclusive(stamp.name):
        if not stamp.exists() or stamp.read_text() != wanted:
            make()
            stamp.write_text(wanted)
