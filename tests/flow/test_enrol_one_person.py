"""Enrolment: one code, one key, one person; and a home that somebody has stays theirs."""

import base64

from tests.support.faketime import faked
from tests.support.processes import DONE, FAILED, OFFLINE, USAGE, Home


def mistyped(code):
    """The last character that carries whole bits, changed."""
    at = len(code) - 5
    return code[:at] + ("B" if code[at] == "A" else "A") + code[at + 1 :]


def test_a_code_makes_a_home_that_knows_who_it_is(team):
    home = team.person("respondent", "GM0200")
    status = home.json("status")
    assert status["role"] == "respondent"
    assert status["municipality"] == "GM0200"
    assert status["unsent"] == 0
    assert status["complete_as_of_ms"] > 0


def test_a_mistyped_code_is_noticed_before_anything_is_sent(team, tmp_path):
    code = team.central.invite("respondent", "GM0200")
    home = Home(tmp_path / "typo")
    said = home.run("enrol", mistyped(code), expect=FAILED)
    assert "typing" in said.err
    home.enrol(code)  # it was not spent


def test_a_code_works_for_one_home_only(team, tmp_path):
    code = team.central.invite("respondent", "GM0200")
    Home(tmp_path / "first").enrol(code)
    said = Home(tmp_path / "second").run("enrol", code, expect=FAILED)
    assert "used" in said.err


def test_a_server_of_another_ca_never_sees_the_secret(team, tmp_path):
    code = team.central.invite("respondent", "GM0200")
    address, text = code.rsplit("/", 1)
    raw = bytearray(base64.b32decode(text + "=" * (-len(text) % 8)))
    raw[20] ^= 1  # in the fingerprint; the check at the end is made anew
    import hashlib

    raw[32:34] = hashlib.sha256(address.encode() + bytes(raw[:32])).digest()[:2]
    forged = address + "/" + base64.b32encode(bytes(raw)).decode().rstrip("=")
    said = Home(tmp_path / "misled").run("enrol", forged, expect=None)
    assert said.status != DONE
    assert "not the server" in said.err
    Home(tmp_path / "right").enrol(code)


def test_a_home_of_somebody_else_stays_as_it_is(team):
    home = team.person("respondent", "GM0200")
    before = home.json("status")
    said = home.run("enrol", team.central.invite("lead", "GM0200"), expect=FAILED)
    assert "somebody else" in said.err
    assert home.json("status") == before
    home.sync()


def test_a_new_code_for_the_same_person_keeps_the_outbox(team):
    home = team.person("respondent", "GM0200")
    home.answer("S1.1", "3")
    person = home.json("status")["person"]
    code = team.central.run(
        "invite", "--role", "respondent", "--area", "GM0200", "--name", "Same", "--person", person
    ).last_line
    home.run("enrol", code)
    assert home.json("status")["unsent"] == 1
    home.sync()
    assert home.json("status")["unsent"] == 0


def test_a_protected_key_needs_its_passphrase(team, tmp_path):
    home = Home(tmp_path / "protected")
    home.run("enrol", team.central.invite("respondent", "GM0200"), "--passphrase", CIMONITOR_PASSPHRASE="correct horse")
    home.run("sync", CIMONITOR_PASSPHRASE="correct horse")
    home.run("sync", CIMONITOR_PASSPHRASE="wrong horse", expect=FAILED)
    home.run("status")  # what is on this computer needs no key


def test_without_a_server_enrolling_says_so(cold_server, tmp_path):
    home = Home(tmp_path / "alone")
    home.run("enrol", cold_server.first_code, expect=OFFLINE)
    cold_server.start()
    home.enrol(cold_server.first_code)


def test_commands_before_enrolment_say_what_to_do(tmp_path):
    home = Home(tmp_path / "nobody")
    assert "enrol" in home.run("status", expect=FAILED).err
    home.run("enrol", expect=USAGE)


def test_a_code_that_was_refused_does_not_spoil_the_next_renewal(team, tmp_path):
    home = team.person("respondent", "GM0200")
    used = team.central.invite("respondent", "GM0200")
    Home(tmp_path / "other").enrol(used)
    home.run("enrol", used, expect=FAILED)
    team.server.stop()
    team.server.start(**faked(61))
    assert home.json("sync")["renewed"] is True
    assert home.json("sync")["renewed"] is False


def test_a_computer_whose_clock_is_ahead_renews_nothing_that_the_server_calls_young(team):
    home = team.person("respondent", "GM0200")
    for _ in range(2):
        assert home.json("sync", **faked(70))["renewed"] is False
    assert not team.server.events("renew.issued")


def test_a_computer_whose_clock_is_behind_renews_when_the_server_says_so(team):
    home = team.person("respondent", "GM0200")
    home.answer("S1.1", "3")
    team.server.stop()
    team.server.start(**faked(91))
    report = home.json("sync")
    assert report["renewed"] is True and report["unsent"] == 0 and report["complete"] is True
    assert home.json("sync")["renewed"] is False
