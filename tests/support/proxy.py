"""proxy.py: a bad network between an install and its server: cuts after so many bytes, waits, or is not there.

    proxy = Proxy(server.port); the server's `name_port` is proxy.port, so installs come by here.
"""

import contextlib
import socket
import threading
import time

from tests.support.processes import free_port


class Proxy:
    def __init__(self, target=None):
        self.target = target  # may be set later: a server is told this port before it has its own
        self.port = free_port()
        self.cut_after = None  # bytes that still pass towards the server, all connections together; None: no limit
        self.cut_answers_after = None  # the same, towards the install
        self.delay_s = 0  # for each piece that passes
        self.connections = 0
        self.lock = threading.Lock()
        self.open = set()
        self.listener = None
        self.up()

    def up(self):
        self.listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def down(self):
        """The network is gone: what is open is reset, and nobody answers."""
        if self.listener:
            with contextlib.suppress(OSError):
                self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        self.cut()

    def cut(self):
        """What is open is reset; new connections pass."""
        with self.lock:
            for end in self.open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def accept(self, listener):
        while True:
            try:
                install, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                install.close()
                continue
            with self.lock:
                self.open |= {install, server}
            threading.Thread(target=self.carry, args=(install, server, "cut_after"), daemon=True).start()
            threading.Thread(target=self.carry, args=(server, install, "cut_answers_after"), daemon=True).start()

    def carry(self, source, sink, limit):
        with contextlib.suppress(OSError):
            while data := source.recv(16384):
                time.sleep(self.delay_s)
                left = getattr(self, limit)
                if left is not None:
                    data = data[:left]
                    setattr(self, limit, left - len(data))
                    sink.sendall(data)
                    if len(data) == left:
                        break
                else:
                    sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        with self.lock:
            self.open -= {source, sink}
