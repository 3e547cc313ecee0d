"""protocol.py: the protocol over TLS 1.3 from Python, so that tests can send what our own client never would.

Written from proto/PROTOCOL.md alone. The messages (proto.model_pb2, proto.messages_pb2) are made by protoc into the
build folder; tests/run does that, and puts the folder on the path.
"""

import base64
import dataclasses
import hashlib
import pathlib
import socket
import ssl
import struct
import subprocess
import tempfile

from _ssl import ENCODING_DER

from proto import messages_pb2 as messages

HEADER = struct.Struct(">IHHI")
REPLY, ERROR, MORE, EVENT = 0x8000, 0x8000, 1, 2

OFFER_HISTORY = 5
ENROL, RENEW, HELLO, PUSH, PULL, QUERY, SUBSCRIBE, UNSUBSCRIBE, PING, INVITE, STATUS = 1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13
CELLS_EVENT, GOODBYE_EVENT, MOVED_EVENT = 0x4001, 0x4002, 0x4003

ANSWERS = {
    ENROL: messages.Certificate, RENEW: messages.Certificate, HELLO: messages.HelloReply, PUSH: messages.PushReply,
    PULL: messages.PullReply, QUERY: messages.QueryReply, SUBSCRIBE: messages.Subscribed,
    UNSUBSCRIBE: messages.Unsubscribe, PING: messages.Pong, INVITE: messages.InviteReply, STATUS: messages.Status,
    OFFER_HISTORY: messages.OfferHistoryReply,
}
NAMES = {REPLY + number: answer for number, answer in ANSWERS.items()} | {
    ERROR: messages.Error, CELLS_EVENT: messages.CellsEvent, GOODBYE_EVENT: messages.GoodbyeEvent,
    MOVED_EVENT: messages.MovedEvent,
}


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, error):
        super().__init__(f"{error.code} {error.name}: {error.text.en}")
        self.error = error


@dataclasses.dataclass
class Frame:
    type: int
    flags: int
    request: int
    payload: bytes

    @property
    def message(self):
        return NAMES[self.type].FromString(self.payload)


def frame(type, payload=b"", request=1, flags=0, length=None):
    """Bytes of a frame; `length` may lie."""
    return HEADER.pack(len(payload) if length is None else length, type, flags, request) + payload


def code_parts(code):
    """(HOST:PORT, secret, fingerprint of the CA) of an invitation code, HOST:PORT/BASE32, whose check is right."""
    address, text = code.rsplit("/", 1)
    raw = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    assert len(raw) == 34 and hashlib.sha256(address.encode() + raw[:32]).digest()[:2] == raw[32:]
    return address, raw[:16], raw[16:32]


def ca_behind(port):
    """The last certificate of the chain that the server shows, DER."""
    with Session(port) as session:
        return session.socket._sslobj.get_unverified_chain()[-1].public_bytes(ENCODING_DER)


class Key:
    """A P-256 key with its certificate request, and later the certificate."""

    def __init__(self, folder=None):
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="key-"))
        self.folder.mkdir(exist_ok=True)
        self.key_file = self.folder / "key.pem"
        self.certificate_file = self.folder / "certificate.pem"
        self.request = subprocess.run(
            ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-batch",
             "-keyout", str(self.key_file), "-outform", "DER", "-subj", "/CN=test"],
            check=True, capture_output=True,
        ).stdout

    def keep(self, certificate):
        self.certificate_file.write_text(ssl.DER_cert_to_PEM_cert(certificate.certificate))
        self.install, self.person = certificate.install, certificate.person


class Session:
    """One connection. `key`: shown to the server where given. `ca`: DER, which the server's certificate must be of."""

    def __init__(self, port, key=None, alpn=("cimonitor/1",), version=ssl.TLSVersion.TLSv1_3, timeout=30, ca=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = ca is not None
        context.verify_mode = ssl.CERT_REQUIRED if ca else ssl.CERT_NONE
        if ca:
            context.load_verify_locations(cadata=ca)
        context.minimum_version = context.maximum_version = version
        if alpn:
            context.set_alpn_protocols(list(alpn))
        if key:
            context.load_cert_chain(key.certificate_file, key.key_file)
        plain = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket = context.wrap_socket(plain, server_hostname="127.0.0.1")
        self.request_id = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, type, message=None, **more):
        self.request_id += 1
        payload = message if isinstance(message, bytes) else message.SerializeToString() if message else b""
        self.socket.sendall(frame(type, payload, self.request_id, **more))

    def read(self, size):
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise EOFError(f"the server closed after {len(data)} of {size} bytes")
            data += part
        return data

    def receive(self):
        length, type, flags, request = HEADER.unpack(self.read(HEADER.size))
        return Frame(type, flags, request, self.read(length))

    def closed(self):
        """True once the server has closed; whatever it says before is dropped."""
        try:
            while self.socket.recv(65536):
                pass
        except (ssl.SSLError, ConnectionError):
            pass
        except TimeoutError:
            return False
        return True

    def ask(self, type, message=None):
        """The answer to a request, events aside; raises Refused."""
        self.send(type, message)
        while True:
            answer = self.receive()
            if answer.flags & EVENT:
                continue
            assert answer.request == self.request_id
            if answer.type == ERROR:
                raise Refused(answer.message)
            assert answer.type == type + REPLY
            return answer.message

    def enrol(self, code, key):
        certificate = self.ask(
            ENROL, messages.Enrol(version_min=1, version_max=1, secret=code_parts(code)[1], request=key.request))
        key.keep(certificate)
        return certificate

    def hello(self, **fields):
        return self.ask(HELLO, messages.Hello(**{
            "version_min": 1, "version_max": 1, "software": "test", "incarnation": bytes(range(16)), **fields}))


def enrolled(port, code, folder=None):
    """A key with a certificate for the code's person."""
    key = Key(folder)
    with Session(port) as session:
        session.enrol(code, key)
    return key
