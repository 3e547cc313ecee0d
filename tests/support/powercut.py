"""powercut.py: what a power cut takes and SIGKILL leaves: bytes that were written and never synced.

The server runs under strace, which notes each write and each sync of a file. After the kill, what was written to the
journal since its last sync is put back to what was there when it started; the view, whose pages the kernel might have kept or not, is gone whole.
A disk that lies is one whose fdatasync does nothing and says it did.
"""

import os
import re
import shutil
import signal

LINE = re.compile(r"(\d+) +(.*)")
WRITE = re.compile(r"pwrite64\(\d+<([^>]*)>.*, (\d+), (\d+)")
SYNC = re.compile(r"f(?:data)?sync\(\d+<([^>]*)>")
SYNCED = re.compile(r"\) += 0$")  # and nothing after it: "(INJECTED)" is a lie
RESUMED = re.compile(r"<\.\.\. f(?:data)?sync resumed>")


def wrapper(trace, lies=False):
    """Words before the server's command."""
    lie = ["-e", "inject=fdatasync:retval=0"] if lies else []
    return ["strace", "-f", "-qq", "-y", "-s", "0", "-o", trace, "-e", "trace=pwrite64,fdatasync,fsync", *lie]


def unsynced(trace):
    """File → {(offset, size)} written since its last sync. A sync takes only what was written before it began."""
    dirty, syncing = {}, {}
    for line in trace.read_text(errors="replace").splitlines():
        thread, call = LINE.match(line).groups()
        if write := WRITE.match(call):
            file, size, offset = write.groups()
            dirty.setdefault(file, set()).add((int(offset), int(size)))
        elif sync := SYNC.match(call):
            syncing[thread] = sync[1], set(dirty.get(sync[1], ()))
        if (SYNC.match(call) or RESUMED.match(call)) and SYNCED.search(call):
            file, written = syncing.pop(thread)
            dirty.get(file, set()).difference_update(written)
    return dirty


def before(server):
    """The journal as it is on disk now: segment → bytes. Before the server starts."""
    return {str(file): file.read_bytes() for file in (server.data / "journal").glob("segment-*")}


def cut(server, trace, disk):
    """Kills the server and takes what a power cut would, back to `disk`; how many bytes of the journal were lost."""
    tracer = server.process.pid
    with open(f"/proc/{tracer}/task/{tracer}/children") as children:
        os.kill(int(children.read()), signal.SIGKILL)
    server.gone()  # strace ends by itself, and has noted all
    lost = 0
    for file, ranges in unsynced(trace).items():
        if "/journal/segment-" not in file:
            continue
        with open(file, "r+b") as segment:
            for offset, size in ranges:
                segment.seek(offset)
                segment.write(disk.get(file, b"")[offset : offset + size].ljust(size, b"\0"))
                lost += size
    shutil.rmtree(server.data / "view")
    return lost
