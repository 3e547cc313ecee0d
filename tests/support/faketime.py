"""faketime.py: programs that live on another day (libfaketime); a test that needs it is skipped where it is missing."""

import pathlib

import pytest

FAKETIME = next(map(str, pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), "")


def faked(days=None, clock=None):
    """The environment of a process that lives so many days later (or earlier), or by the time that the file `clock` says."""
    if not FAKETIME:
        pytest.skip("libfaketime is not installed")
    when = {"FAKETIME": f"{days:+}d"} if clock is None else {"FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
    return {"LD_PRELOAD": FAKETIME, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": "verify_asan_link_order=0", **when}
