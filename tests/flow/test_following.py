"""sync --follow: what is written goes out by itself, what others write comes in by itself, and what passes is waited out."""

import fcntl
import http.server
import os
import signal
import ssl
import subprocess
import termios
import threading
from contextlib import contextmanager

import pytest

from tests.support.live import Live
from tests.support.processes import ATTENTION, CLIENT, DONE, FAILED, OFFLINE, ROUND, Home, environment
from tests.support.protocol import MOVED_EVENT, SUBSCRIBE, EVENT, messages
from tests.support.stranger import level


def follow(home, *words, **more):
    follower = Live(home, "sync", "--follow", *words, **more)
    follower.event("connected")
    follower.event("synced")
    return follower


def value(home, question):
    theme = question.split(".")[0]
    return next(row for row in home.json("questions", ROUND, "--theme", theme)["questions"] if row["id"] == question)["value"]


def test_what_a_colleague_writes_comes_in_by_itself(team):
    anna, board = team.person("respondent", "GM0200"), team.person("lead", "GM0200")
    follower = follow(anna)
    board.answer("S1.1", "3")
    board.sync()
    follower.until(lambda said: said["event"] == "synced" and said["received"] > 0)
    assert value(anna, "S1.1") == "3"
    assert follower.stop()[0] == DONE


def test_what_others_are_given_wakes_nobody(team):
    anna = team.person("respondent", "GM0200")
    follower = follow(anna)
    team.person("respondent", "GM0202")  # a person, an install, and its syncs: none of them in anna's scope
    team.central.run("round", "plan", "2031", "--questionnaire", "ci/1")
    team.central.sync()
    said = follower.until(lambda said: said["event"] == "synced")
    assert said["received"] == 1  # the round, and it is the first thing that she hears of
    follower.stop()


def test_what_is_written_beside_it_goes_out_by_itself(team):
    anna, board = team.person("respondent", "GM0200"), team.person("lead", "GM0200")
    follower = follow(anna)
    for question in ("S1.1", "S1.2"):  # the second while nothing but the first was ever sent
        anna.answer(question, "2")
        assert follower.until(lambda said: said["event"] == "synced" and said["sent"] > 0)["unsent"] == 0
    board.sync()
    assert value(board, "S1.1") == value(board, "S1.2") == "2"
    status, rest, errors = follower.stop()
    assert status == DONE and '"event":"ended"' in rest and '"own"' in rest and errors == ""


def test_a_server_that_comes_back_is_found_again_and_gets_what_waited(team):
    anna = team.person("respondent", "GM0200")
    follower = follow(anna)
    team.server.stop()
    waiting = follower.event("waiting")
    assert waiting["reason"] in ("stopping", "network") and waiting["wait_ms"] <= 6000 and waiting["text"]
    anna.answer("S1.1", "4")
    team.server.start()
    follower.until(lambda said: said["event"] == "synced" and said["sent"] == 1)
    assert follower.stop()[0] == DONE


def test_it_may_begin_before_there_is_a_network(team):
    anna = team.person("respondent", "GM0200")
    team.server.stop()
    follower = Live(anna, "sync", "--follow")
    assert follower.event("waiting")["reason"] == "network"
    team.server.start()
    follower.event("synced")
    assert follower.stop()[0] == DONE


@contextmanager
def portal(port, folder=None):
    """What a hotel's network puts in the way: a page to log in on, plain, or behind a certificate of its own."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), http.server.BaseHTTPRequestHandler)
    if folder:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
             "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key", "-out", folder / "pem"],
            check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "pem", folder / "key")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("secure", [False, True])
def test_a_captive_portal_is_told_from_the_server_and_waited_out(team, tmp_path, secure):
    anna = team.person("respondent", "GM0200")
    follower = follow(anna)
    team.server.stop()
    with portal(team.server.port, tmp_path if secure else None):
        said = team.central.json("sync", expect=OFFLINE)["error"]
        assert said["name"] == "peer" and "log in" in said["text"] and "passphrase" not in said["text"]
        assert "log in" in follower.until(lambda said: said["event"] == "waiting" and said["reason"] == "peer")["text"]
        anna.answer("S1.1", "4")
    team.server.start()
    follower.until(lambda said: said["event"] == "synced" and said["sent"] == 1)
    assert follower.stop()[0] == DONE


def test_a_process_that_was_stopped_for_a_while_goes_on(team):
    anna, board = team.person("respondent", "GM0200"), team.person("lead", "GM0200")
    follower = follow(anna)
    follower.process.send_signal(signal.SIGSTOP)
    board.answer("S1.1", "3")
    board.sync()
    team.server.stop()  # the connection it had ends meanwhile
    team.server.start()
    follower.process.send_signal(signal.SIGCONT)
    follower.until(lambda said: said["event"] == "synced" and said["received"] > 0)
    assert value(anna, "S1.1") == "3"
    assert follower.stop()[0] == DONE


def test_who_is_revoked_while_following_is_told_and_it_ends(team):
    anna = team.person("respondent", "GM0200")
    follower = follow(anna)
    person = anna.json("status")["person"]
    team.central.run("revoke", person)
    team.central.sync()
    anna.answer("S1.1", "3")
    status, rest, errors = follower.end()
    assert status == FAILED and '"revoked"' in rest
    assert anna.json("status", expect=ATTENTION)["revoked"] is True and anna.json("status", expect=None)["unsent"] == 1


def test_a_second_sync_says_that_one_follows(team):
    anna = team.person("respondent", "GM0200")
    follower = follow(anna)
    for words in (("sync",), ("sync", "--follow")):
        error = anna.json(*words, expect=FAILED)["error"]
        assert error["name"] == "busy" and "--follow" in error["text"]
    anna.answer("S1.1", "3")  # and nothing else waits for it
    follower.until(lambda said: said["event"] == "synced" and said["sent"] == 1)
    assert follower.end(signal.SIGINT)[0] == DONE
    anna.sync()


def test_a_round_that_opens_while_following_is_taken_in(team):
    anna = team.person("respondent", "GM0200")
    follower = follow(anna)
    team.central.run("round", "open", "2031", "--questionnaire", "ci/1")
    team.central.sync()
    follower.until(lambda said: said["event"] == "synced" and said["received"] > 0)
    assert "2031" in [row["round"] for row in anna.json("rounds")["rounds"]]
    assert follower.stop()[0] == DONE


def test_for_people_it_says_a_line_for_what_happened(team):
    anna = team.person("respondent", "GM0200")
    follower = Live(anna, "sync", "--follow", json=False, CIMONITOR_LANG="nl")
    follower.text("Verbonden.")
    anna.answer("S1.1", "3")  # perhaps while the first sync runs
    follower.text("Verzonden 1")
    status, rest, errors = follower.stop()
    assert "Gestopt." in rest and errors == "" and status == DONE


def test_what_is_written_while_it_syncs_goes_out_too(team):
    anna = team.person("respondent", "GM0200")
    follower = Live(anna, "sync", "--follow")
    follower.event("connected")
    for level in range(5):  # at every moment of a sync, one of them
        anna.answer("S1.1", str(level))
    until_sent = lambda said: said["event"] == "synced" and said["unsent"] == 0 and said["own"]["received"] == 5
    follower.until(until_sent)
    assert follower.stop()[0] == DONE


def test_a_passphrase_is_asked_for_once(team, tmp_path):
    home = Home(tmp_path / "protected")
    home.run("enrol", team.central.invite("lead", "GM0200"), "--passphrase", CIMONITOR_PASSPHRASE="correct horse")
    terminal, ours = os.openpty()
    process = subprocess.Popen(
        [CLIENT, "--home", home.path, "sync", "--follow", "--json"], stdin=ours, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(), preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)))
    os.close(ours)
    asked = b""
    while b":" not in asked:  # what is typed before it asks is thrown away
        asked += os.read(terminal, 1000)
    os.write(terminal, b"correct horse\n")
    follower = Live.around(process)
    follower.event("synced")
    home.answer("S1.1", "2")
    follower.until(lambda said: said["event"] == "synced" and said["sent"] == 1)
    team.server.stop()
    follower.event("waiting")
    team.server.start()
    follower.event("synced")
    assert follower.stop()[0] == DONE
    os.close(terminal)


def test_a_subscriber_is_told_which_of_its_dossiers_moved(strangers):
    anna, board = strangers.person("respondent", "GM0200"), strangers.person("lead", "GM0200")
    other = strangers.person("lead", "GM0202")
    with anna.greeted() as session, board.greeted() as writing, other.greeted() as elsewhere:
        now = session.ask(SUBSCRIBE, messages.Subscribe(dossiers=True))
        assert [head.dossier for head in now.heads] == ["NL", "GM0200"] and not now.HasField("benchmark")
        assert other.tell(elsewhere, f"answer/{ROUND}/S1.1", level(1)) == "STANDS"  # none of anna's business
        assert board.tell(writing, f"answer/{ROUND}/S1.1", level(1)) == "STANDS"
        event = session.receive()
        assert event.type == MOVED_EVENT and event.flags & EVENT
        assert [head.dossier for head in event.message.heads] == ["GM0200"]
        assert event.message.heads[0].position > now.heads[1].position
