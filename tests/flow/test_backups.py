"""A backup beside a server under load, verified before it is said to be one; back from it elsewhere, also to a moment."""

import random
import shutil
import signal
import subprocess
import time

import pytest

from tests.fault.test_disk import as_root, small_disk
from tests.support.writers import Writer
from tests.support.processes import (
    ATTENTION, DONE, FAILED, OFFLINE, Home, SERVER, USAGE, Server, environment, run, wait_for)

KEY = "the passphrase of this backup"


@pytest.fixture
def key(tmp_path):
    return secret(tmp_path / "passphrase", KEY)


def secret(path, words):
    path.write_text(words + "\n")
    path.chmod(0o600)
    return path


def back_up(server, to, key, expect=DONE):
    return server.command("backup", "--to", to, "--passphrase-file", key, "--json", expect=expect)


def restore(source, data, key, *options, expect=DONE):
    return run([SERVER, "restore", "--from", source, "--data", data, "--passphrase-file", key, "--json", *options],
               expect=expect)


def dump(data):
    return run([SERVER, "dump", "--data", data]).out


def mark(server):
    return server.data / "backup.mark"


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def moment(ms):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + f".{ms % 1000:03}Z"


def test_backups_under_load_restore_to_what_the_server_was(server, strangers, tmp_path, key):
    writers = [Writer(strangers.person("respondent", area)) for area in ("GM0200", "GM0203")]
    for writer in writers:
        writer.start()
    target, taken = tmp_path / "backup", []
    for number in range(3):
        wait_for(lambda: all(len(writer.acknowledged) > number for writer in writers), "answers")
        taken.append(back_up(server, target, key).json)
    for writer in writers:
        writer.enough = True
        writer.join()
        assert writer.problem is None
    assert taken[0]["position"] < taken[1]["position"] < taken[2]["position"]
    server.stop()
    last = back_up(server, target, key).json
    again = back_up(server, target, key).json
    assert again["copied_files"] == 0 and again["kept_files"] == last["kept_files"] + last["copied_files"]
    assert mark(server).read_text().startswith(f"backup {last['position']} {last['hash']} ")
    assert len(files(target)) == again["kept_files"] + 2  # the manifest, the vault: nothing of the backups before

    assert restore(target, tmp_path / "whole", key).json["position"] == last["position"]
    assert dump(tmp_path / "whole") == dump(server.data)
    for number, then in enumerate(taken):
        there = restore(target, tmp_path / f"then-{number}", key, "--until", moment(then["newest_ms"])).json
        assert there["position"] >= then["position"] and there["newest_ms"] == then["newest_ms"]
        assert there["backup_position"] == last["position"]
        if there["position"] == then["position"]:
            assert there["hash"] == then["hash"]


def test_a_restored_server_is_the_same_to_those_who_come_back(team, tmp_path, key):
    server, anna = team.server, team.person("respondent", "GM0200")
    anna.answer("S1.1", "3")
    anna.sync()
    assert anna.json("status")["backed_up"] == 0
    back_up(server, tmp_path / "backup", key)
    anna.sync()
    assert anna.json("status")["backed_up"] == 1
    server.stop()
    restore(tmp_path / "backup", tmp_path / "new", key)
    shutil.move(server.data, tmp_path / "old")
    shutil.move(tmp_path / "new", server.data)
    server.command("check")
    before = server.command("restore", "--report", "--json", expect=ATTENTION).json
    assert before["held"] and before["healed"] == 0
    assert [(each["central"], each["state"]) for each in before["installs"]] == [(True, "waiting"), (False, "waiting")]
    assert before["installs"][1]["area"] == "GM0200"
    server.start()
    assert "waits for the central team" in anna.sync(expect=OFFLINE).err
    assert server.command("restore", "--report", "--json", expect=ATTENTION).json["held"]
    team.central.sync()
    anna.sync()
    after = server.command("restore", "--report", "--json").json
    assert not after["held"] and {each["state"] for each in after["installs"]} == {"synced"}
    said = server.command("restore", "--report").out
    assert "1 of the central team have synced, 0 have not" in said and "let in" in said


def test_restored_from_an_older_backup_it_gets_back_what_only_the_newest_had(team, tmp_path, key):
    server, anna = team.server, team.person("respondent", "GM0200")
    back_up(server, tmp_path / "older", key)
    anna.answer("S1.1", "3")
    anna.sync()
    shutil.copytree(anna.path, tmp_path / "old-laptop")
    for value in ("1", "2", "4"):
        anna.answer("S1.1", value)
        anna.sync()
    back_up(server, tmp_path / "newest", key)
    for _ in range(2):
        anna.sync()
    assert anna.json("status")["backed_up"] == 4
    server.stop()
    edits = server.command("stats", "--json").json["edits"]
    shutil.move(server.data, tmp_path / "lost")
    restore(tmp_path / "older", server.data, key)
    server.start()
    team.central.sync()
    said = anna.json("sync")
    assert (said["healed"] > 0, said["history"]) == (True, 4)  # the three that were replaced, and the last word itself
    Home(tmp_path / "old-laptop").sync(expect=None)
    assert anna.json("conflicts")["conflicts"] == []  # what it brings was replaced, and that is known again
    server.stop()
    assert server.command("stats", "--json").json["edits"] == edits


def test_an_operator_opens_a_restored_server_or_strikes_an_install_off(team, tmp_path, key):
    team.server.stop()
    back_up(team.server, tmp_path / "backup", key)
    data = tmp_path / "new"
    restore(tmp_path / "backup", data, key)
    waiting = run([SERVER, "restore", "--report", "--data", data, "--json"], expect=ATTENTION).json["installs"]
    assert "names them" in run([SERVER, "open", "--data", data, "--strike", "nobody"], expect=FAILED).err
    assert run([SERVER, "open", "--data", data, "--strike", waiting[0]["install"], "--json"]).json == {"held": False}
    assert "was not restored" in team.server.command("open", expect=FAILED).err
    assert "was not restored" in team.server.command("restore", "--report", expect=FAILED).err


def test_the_passphrase_is_the_backups_own(cold_server, tmp_path, key):
    wrong = secret(tmp_path / "wrong", "the passphrase of another")
    back_up(cold_server, tmp_path / "backup", key)
    assert "passphrase" in back_up(cold_server, tmp_path / "backup", wrong, expect=FAILED).err
    said = restore(tmp_path / "backup", tmp_path / "new", wrong, expect=FAILED)
    assert "not the passphrase" in said.err and not files(tmp_path / "new")
    short = secret(tmp_path / "short", "too short")
    assert "12 to" in back_up(cold_server, tmp_path / "other", short, expect=FAILED).err
    wrong.chmod(0o644)
    assert "chmod" in back_up(cold_server, tmp_path / "other", wrong, expect=FAILED).err
    given = subprocess.run(
        [SERVER, "restore", "--from", tmp_path / "backup", "--data", tmp_path / "new", "--passphrase-fd", "0"],
        input=KEY, capture_output=True, text=True, env=environment())
    assert given.returncode == DONE, given.stderr


def test_a_flipped_bit_in_any_file_is_found(cold_server, tmp_path, key):
    whole = tmp_path / "backup"
    back_up(cold_server, whole, key)
    for file in files(whole):
        for _ in range(3):
            broken = tmp_path / "broken"
            shutil.copytree(whole, broken)
            there = broken / file.relative_to(whole)
            content = bytearray(there.read_bytes())
            bit = random.randrange(8 * len(content))
            content[bit // 8] ^= 1 << bit % 8
            there.write_bytes(content)
            said = restore(broken, tmp_path / "new", key, expect=FAILED)
            assert file.name in said.err and not files(tmp_path / "new"), f"bit {bit} of {file}: {said.err}"
            shutil.rmtree(broken)
        missing = tmp_path / "missing"
        shutil.copytree(whole, missing)
        (missing / file.relative_to(whole)).unlink()
        assert file.name in restore(missing, tmp_path / "new", key, expect=FAILED).err
        shutil.rmtree(missing)


def test_folders_with_something_else_in_them_are_left_alone(cold_server, tmp_path, key):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter").write_text("dear")
    assert "not empty" in back_up(cold_server, mine, key, expect=FAILED).err
    assert [file.name for file in files(mine)] == ["letter"] and not mark(cold_server).exists()
    back_up(cold_server, tmp_path / "backup", key)
    assert "not empty" in restore(tmp_path / "backup", mine, key, expect=FAILED).err
    assert "not empty" in restore(tmp_path / "backup", cold_server.data, key, expect=FAILED).err
    assert "no whole backup" in restore(mine, tmp_path / "new", key, expect=FAILED).err
    other = Server(tmp_path / "other")
    other.folder.mkdir()
    other.init()
    assert "another server" in back_up(other, tmp_path / "backup", key, expect=FAILED).err


def test_a_restored_server_does_not_overwrite_the_backup_it_fell_behind(cold_server, tmp_path, key):
    """The old one went on; its newer backup is worth more than what the restored one has."""
    first = back_up(cold_server, tmp_path / "backup", key).json
    restore(tmp_path / "backup", tmp_path / "new", key)
    cold_server.command("invite")
    back_up(cold_server, tmp_path / "backup", key)
    said = run([SERVER, "backup", "--data", tmp_path / "new", "--to", tmp_path / "backup", "--passphrase-file", key],
               expect=FAILED)
    assert "does not have" in said.err and "another folder" in said.err
    assert restore(tmp_path / "backup", tmp_path / "again", key).json["position"] > first["position"]


def test_killed_at_any_moment_nothing_half_looks_whole(cold_server, tmp_path, key):
    command = [SERVER, "backup", "--data", cold_server.data, "--to", tmp_path / "backup", "--passphrase-file", key]
    for number in range(12):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        time.sleep(random.uniform(0, 1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if mark(cold_server).exists():  # it was quicker: then it is whole
            restore(tmp_path / "backup", tmp_path / f"new-{number}", key)
            mark(cold_server).unlink()
            shutil.rmtree(tmp_path / "backup")
        elif not (tmp_path / "backup" / "manifest").exists():
            restore(tmp_path / "backup", tmp_path / f"none-{number}", key, expect=FAILED)
    back_up(cold_server, tmp_path / "backup", key)
    assert mark(cold_server).exists() and not (cold_server.data / "backup.proof").exists()
    assert not (tmp_path / "backup" / "unfinished").exists()
    restore(tmp_path / "backup", tmp_path / "new", key)
    assert dump(tmp_path / "new") == dump(cold_server.data)


def test_a_restore_that_was_killed_is_no_server_and_is_not_gone_on_with(cold_server, tmp_path, key):
    back_up(cold_server, tmp_path / "backup", key)
    for number in range(8):
        data = tmp_path / f"new-{number}"
        process = subprocess.Popen(
            [SERVER, "restore", "--from", tmp_path / "backup", "--data", data, "--passphrase-file", key],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        time.sleep(random.uniform(0, 0.8))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (data / "journal").exists():
            assert run([SERVER, "check", "--data", data]).status == DONE and (data / "restoring").exists()
            assert dump(data) == dump(cold_server.data)
        elif (data / "restore.tmp").exists():
            assert "unfinished" in restore(tmp_path / "backup", data, key, expect=FAILED).err
        else:
            restore(tmp_path / "backup", data, key)


def test_a_moment_is_of_this_machines_clock_unless_it_says_utc(cold_server, tmp_path, key):
    made = back_up(cold_server, tmp_path / "backup", key).json
    words = moment(made["newest_ms"] - 5 * 3600_000 + 1000)[:19]  # five hours behind UTC, a second later
    command = [SERVER, "restore", "--from", tmp_path / "backup", "--data", tmp_path / "new", "--passphrase-file", key]
    said = run([*command, "--until", words], expect=FAILED, TZ="UTC")
    assert "before this server was made" in said.err
    run([*command, "--until", words + "Z"], expect=FAILED, TZ="EST+5")
    run([*command, "--until", words.replace("T", " ")], TZ="EST+5")
    assert dump(tmp_path / "new") == dump(cold_server.data)


@as_root
def test_a_full_disk_is_said_and_leaves_no_mark(cold_server, tmp_path, key):
    with small_disk(tmp_path / "disk", "64k") as disk:
        said = back_up(cold_server, disk / "backup", key, expect=FAILED)
        assert "full" in said.err and said.json["error"] == "full"
        assert not (disk / "backup" / "manifest").exists() and not mark(cold_server).exists()


def test_a_date_alone_is_midnight_in_utc_and_it_is_said(cold_server, tmp_path, key):
    back_up(cold_server, tmp_path / "backup", key)
    command = [SERVER, "restore", "--from", tmp_path / "backup", "--data", tmp_path / "new", "--passphrase-file", key]
    said = run([*command, "--until", "2020-01-01"], expect=FAILED)
    assert "2020-01-01T00:00:00" in said.err and "UTC" in said.err and "before this server was made" in said.err
    said = run([*command, "--until", "2100-01-01", "--json"], TZ="EST+5")
    assert "2100-01-01T00:00:00" in said.err and "UTC" in said.err and said.json["position"] > 0
    assert dump(tmp_path / "new") == dump(cold_server.data)


def test_words_that_do_not_fit_are_a_mistake_in_the_command(cold_server, tmp_path):
    run([SERVER, "restore", "--data", tmp_path / "new"], expect=USAGE)
    run([SERVER, "backup", "--data", cold_server.data], expect=USAGE)
    for wrong in ("yesterday", "2026-02-30 10:00", "2026-02-30", "2026-11-23T", "2026-11-23 09:15:00X", "2026-11-23 25:00"):
        run([SERVER, "restore", "--from", tmp_path, "--data", tmp_path / "new", "--until", wrong], expect=USAGE)
    said = run(["setsid", "-w", SERVER, "backup", "--data", cold_server.data, "--to", tmp_path / "b"], expect=FAILED)
    assert "--passphrase-file" in said.err
