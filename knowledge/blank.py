"""Memory that comes blank.

Chroma writes memory to its files before it has put anything there, whatever stood in it before: a
person's words, a token. Seen in data_level0.bin and length.bin of Chroma 1.5.9. The C library can
blank what it hands out and what it takes back (mallopt(3), M_PERTURB); that costs a turn nothing
that could be measured.
"""

import ctypes
import logging
from functools import cache

log = logging.getLogger(__name__)

_M_PERTURB = -6  # malloc.h of glibc
_ZEROS = 0xFF  # What is handed out has this byte's complement, what is taken back the byte itself.


@cache
def blank_memory() -> None:
    """Have this process's memory come blank from now on, as far as its C library can: glibc's."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:
        log.info("memory does not come blank: this C library has no mallopt")
        return
    mallopt(_M_PERTURB, _ZEROS)
