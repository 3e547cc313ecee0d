"""Wrong codes and wrong certificates, at either end: what is said, what still works, and that nothing was given away."""

import base64
import contextlib
import hashlib
import os
import pathlib
import shutil
import ssl
import subprocess

import pytest

from tests.support.faketime import faked
from tests.support.processes import DONE, FAILED, OFFLINE, ROUND, Home, Server
from tests.support.protocol import ENROL, HELLO, PING, PULL, Key, Refused, Session, code_parts, messages
from tests.support.stranger import Strangers

OUTSIDE = (ssl.SSLError, ConnectionError, EOFError)


def refusal(session, type, message):
    with pytest.raises(Refused) as refused:
        session.ask(type, message)
    return refused.value.error


def enrol_with(port, secret, key):
    with Session(port) as session:
        return refusal(session, ENROL, messages.Enrol(version_min=1, version_max=1, secret=secret, request=key.request))


def forged(key, folder, days=30, subject=None, serial="2"):
    """A certificate for `key` by a CA that only calls itself as ours does."""
    ca = folder / "ca"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "300",
         "-keyout", f"{ca}.key", "-out", f"{ca}.pem", "-subj", subject or "/CN=another CA"], check=True, capture_output=True)
    request = subprocess.run(["openssl", "req", "-inform", "DER"], input=key.request, check=True, capture_output=True).stdout
    key.certificate_file.write_bytes(subprocess.run(
        ["openssl", "x509", "-req", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-days", str(days), "-set_serial", serial],
        input=request, check=True, capture_output=True).stdout)
    return key


# ---- codes -----------------------------------------------------------------------------------------------------------


def test_codes_that_are_unknown_too_short_or_too_long(shared, tmp_path):
    key = Key(tmp_path / "key")
    for secret in (bytes(16), b"", bytes(15), bytes(17)):
        error = enrol_with(shared.server.port, secret, key)
        assert error.name == "code_unknown" and not error.retry and "Check" in error.text.en


def test_a_used_code_is_refused_by_the_wire_and_by_the_program(team, tmp_path):
    code = team.central.invite("respondent", "GM0200")
    Home(tmp_path / "first").enrol(code)
    error = enrol_with(team.server.port, code_parts(code)[1], Key(tmp_path / "key"))
    assert error.name == "code_used" and not error.retry and "new one" in error.text.en
    said = Home(tmp_path / "second").run("enrol", code, "--json", expect=FAILED)
    assert "used" in said.json["error"]["text"]


def test_an_expired_code_is_refused(cold_server, tmp_path):
    server = cold_server.start()
    code = Strangers(server, tmp_path).code("respondent", "GM0200", valid_days=1)
    server.stop()
    with later(server, 2):
        error = enrol_with(server.port, code_parts(code)[1], Key(tmp_path / "key"))
        assert error.name == "code_expired" and "new one" in error.text.en
        said = Home(tmp_path / "home").run("enrol", code, expect=FAILED, **faked(2))
        assert "expired" in said.err


def test_a_lost_answer_to_an_enrolment_costs_nothing(networked, tmp_path):
    team, proxy = networked
    code = team.central.invite("respondent", "GM0200")
    home = Home(tmp_path / "home")
    for answers in (1500, 2000, 2100):
        proxy.cut_answers_after = answers
        home.run("enrol", code, expect=None)
    proxy.cut_answers_after = None
    home.enrol(code)
    assert home.json("status")["role"] == "respondent"


@pytest.mark.parametrize("spoil", ["junk", "rsa", "p384", "signature", "huge"])
def test_certificate_requests_that_are_not_sound(shared, tmp_path, spoil):
    key = Key(tmp_path / "key")
    arguments = {"rsa": ["rsa:2048"], "p384": ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]}.get(spoil)
    if arguments:
        key.request = subprocess.run(
            ["openssl", "req", "-new", "-newkey", *arguments, "-nodes", "-batch", "-keyout", "/dev/null", "-outform", "DER",
             "-subj", "/CN=x"], check=True, capture_output=True).stdout
    elif spoil == "junk":
        key.request = os.urandom(300)
    elif spoil == "signature":
        key.request = key.request[:-1] + bytes([key.request[-1] ^ 1])
    else:
        key.request += bytes(2048)
    code = shared.code("respondent", "GM0200")
    assert enrol_with(shared.server.port, code_parts(code)[1], key).name == "bad_request"
    shared.person("", code=code)  # it was not spent


def test_versions_that_nobody_speaks_do_not_spend_the_code(shared, tmp_path):
    code, key = shared.code("respondent", "GM0200"), Key(tmp_path / "key")
    with Session(shared.server.port) as session:
        enrol = messages.Enrol(version_min=2, version_max=9, secret=code_parts(code)[1], request=key.request)
        error = refusal(session, ENROL, enrol)
        assert error.name == "version" and "Update" in error.text.en
    shared.person("", code=code)


# ---- the client's certificate ----------------------------------------------------------------------------------------


def test_a_certificate_of_another_ca_is_refused_in_the_handshake(shared, tmp_path):
    ours = Key(tmp_path / "ours")
    subject = subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-noout", "-subject", "-nameopt", "compat"], input=shared.central.ca,
        capture_output=True, check=True).stdout.decode().split("subject=", 1)[1].strip()
    for name in ("/CN=another CA", subject if subject.startswith("/") else "/" + subject.replace(", ", "/")):
        key = forged(ours, tmp_path, subject=name)
        with pytest.raises(OUTSIDE), Session(shared.server.port, key) as session:
            session.ask(PING, messages.Ping())
    with shared.central.greeted() as session:
        assert session.ask(PING, messages.Ping(token=1)).token == 1


def test_a_certificate_without_its_key_is_of_no_use(shared, tmp_path):
    thief = Key(tmp_path / "thief")
    thief.certificate_file.write_bytes(shared.central.key.certificate_file.read_bytes())
    with pytest.raises(ssl.SSLError):
        Session(shared.server.port, thief)


def test_an_install_that_the_server_does_not_know(cold_server, tmp_path):
    """A certificate of this CA whose record went with a lost journal: no rights, and a word on what to do."""
    server = cold_server
    shutil.copytree(server.data, tmp_path / "backup")
    anna = Strangers(server.start(), tmp_path).central
    server.stop()
    shutil.rmtree(server.data)
    shutil.copytree(tmp_path / "backup", server.data)
    server.start()
    with Session(server.port, anna.key) as session:
        error = refusal(session, HELLO, messages.Hello(version_min=1, version_max=1, incarnation=bytes(16)))
        assert error.name == "unknown_install" and "new code" in error.text.en


@contextlib.contextmanager
def later(server, days=0, clock=None):
    """The server, started so many days later, or with the time that a file says again and again."""
    server.start(**faked(days, clock))
    try:
        yield server
    finally:
        server.stop()


def test_a_server_whose_clock_was_years_ahead_once_goes_on_as_before(team, tmp_path):
    """Its journal's time stays ahead, since it never goes back; certificates and codes are held against clocks."""
    server, code = team.server, team.central.invite("respondent", "GM0200")
    server.stop()
    with later(server, 30):
        team.central.run("invite", "--role", "lead", "--area", "GM0200", "--name", "Somebody", **faked(30))
    server.start()
    newcomer = Home(tmp_path / "newcomer").enrol(code)
    newcomer.answer("S1.1", "3")
    newcomer.sync()
    assert newcomer.json("status")["unsent"] == 0
    team.person("executive", "GM0200").sync()
    team.central.sync()
    server.stop()
    assert "clock.behind" in server.log()


@pytest.mark.parametrize(("days", "why"), [(-4000, "not yet valid"), (40_00, "expired")])
def test_a_clock_that_is_years_off_is_called_a_clock(team, days, why):
    home = team.person("respondent", "GM0200")
    error = home.json("benchmark", ROUND, expect=FAILED, **faked(days))["error"]
    assert error["name"] == "clock" and "Set the clock right" in error["text"] and why in error["text"]
    assert "Zet de klok goed" in home.run("sync", expect=FAILED, CIMONITOR_LANG="nl", **faked(days)).err
    home.sync()


def test_an_expired_certificate_may_renew_and_nothing_else(team):
    server = team.server
    home = team.person("respondent", "GM0200")
    home.answer("S1.1", "3")
    server.stop()
    with later(server, 91):
        with raw(home, server) as session:
            for type, message in (
                (PING, messages.Ping()), (PULL, messages.Pull(dossier="NL")),
                (HELLO, messages.Hello(version_min=1, version_max=1, incarnation=bytes(16)))):
                error = refusal(session, type, message)
                assert error.name == "certificate_expired" and "renew" in error.text.en
        home.run("sync", **faked(91))  # renews by itself, and sends
        assert home.json("status")["unsent"] == 0
        with raw(home, server) as session:
            assert session.ask(PING, messages.Ping(token=1)).token == 1


def test_a_session_that_is_still_open_when_its_certificate_expires(team, tmp_path):
    """Kept open with ping it would otherwise outlive what it was opened with."""
    home = team.person("respondent", "GM0200")
    clock = tmp_path / "clock"
    clock.write_text("+0d")
    team.server.stop()
    with later(team.server, clock=clock):
        with raw(home, team.server) as session:
            session.hello()
            assert session.ask(PING, messages.Ping(token=1)).token == 1
            clock.write_text("+91d")
            for type, message in ((PING, messages.Ping()), (PULL, messages.Pull(dossier="NL"))):
                assert refusal(session, type, message).name == "certificate_expired"
        home.run("sync", **faked(91))  # renews by itself


def test_a_certificate_that_expired_long_ago_needs_a_new_code(team):
    home = team.person("respondent", "GM0200")
    home.answer("S1.1", "3")
    team.server.stop()
    with later(team.server, 500):
        with pytest.raises(OUTSIDE), raw(home, team.server) as session:
            session.ask(PING, messages.Ping())
        said = home.run("sync", expect=None, **faked(500))
        assert said.status in (FAILED, OFFLINE) and ("code" in said.err or "expired" in said.err)
        assert home.json("status")["unsent"] == 1


def raw(home, server):
    """A session with the home's key: its certificate is shown whatever its date."""
    key = Key.__new__(Key)
    key.key_file, key.certificate_file = home.path / "key.pem", home.path / "certificate.pem"
    return Session(server.port, key)


# ---- the server's certificate ----------------------------------------------------------------------------------------


def test_a_server_by_another_name_is_refused(tmp_path):
    """It is of the right CA, and answers there; but its certificate is for another name."""
    with contextlib.closing(Server(tmp_path)) as server:
        server.init()
        address, text = server.first_code.rsplit("/", 1)
        other = f"127.0.0.2:{server.port}"
        raw_code = base64.b32decode(text + "=" * (-len(text) % 8))[:32]
        check = hashlib.sha256(other.encode() + raw_code).digest()[:2]
        code = f"{other}/{base64.b32encode(raw_code + check).decode().rstrip('=')}"
        server.address = f"0.0.0.0:{server.port}"
        server.start()
        said = Home(tmp_path / "home").run("enrol", code, expect=None)
        assert said.status != DONE and "not the server" in said.err
        assert not server.events("enrol.issued") and not server.events("enrol.refused")
        Home(tmp_path / "home").enrol(server.first_code)


def test_another_server_at_the_same_address_is_refused_and_gets_nothing(team, tmp_path):
    anna = team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    team.server.stop()
    (tmp_path / "other").mkdir()
    with contextlib.closing(Server(tmp_path / "other")) as other:
        other.port, other.address, other.name = team.server.port, team.server.address, team.server.name
        other.init()
        other.start()
        said = anna.run("sync", expect=None)
        assert said.status in (FAILED, OFFLINE) and "certificate" in said.err
        assert not other.events("push.")
        other.stop()
    team.server.start()
    anna.sync()
    assert anna.json("status")["unsent"] == 0


def test_a_servers_certificate_is_renewed_before_it_ends(cold_server):
    with later(cold_server, 900), Session(cold_server.port) as session:
        leaf = session.socket.getpeercert(True)
    subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-noout", "-checkend", str(900 * 24 * 3600)], input=leaf, check=True,
        capture_output=True)
