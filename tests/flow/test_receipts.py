"""A receipt holds without the server: what was handed in, signed, and whether it is in what was published."""

import base64

import pytest

from proto import model_pb2 as model
from tests.support.crowd import fill
from tests.support.processes import ATTENTION, CLIENT, DONE, FAILED, ROUND, USAGE, Home, run


@pytest.fixture
def adopted(team):
    """Three municipalities whose executives adopted their lists; the first one's home."""
    boards = [team.person("executive", area) for area in ("GM0200", "GM0202", "GM0216")]
    for board in boards:
        fill(board, "3", sync=False)
        board.run("submit", ROUND)
        board.sync()
        board.run("adopt", ROUND)
        board.sync()
    return boards


def release(team):
    for step in ("close", "release"):
        team.central.run("round", step, ROUND)
        team.central.sync()


def check(path, *words, expect=DONE, **more):
    """As somebody who has nothing but the file."""
    return run([CLIENT, "receipt", "check", path, "--home", path.parent / "nobody", *words], expect=expect, **more)


def opened(path):
    lines = path.read_text().splitlines()
    assert lines[0] == "-----BEGIN CI MONITOR RECEIPT-----"
    return model.ReceiptFile.FromString(base64.b64decode("".join(lines[1:-1])))


def closed(path, file):
    text = base64.encodebytes(file.SerializeToString()).decode()
    path.write_text(f"-----BEGIN CI MONITOR RECEIPT-----\n{text}-----END CI MONITOR RECEIPT-----\n")
    return path


def test_a_receipt_comes_with_the_sync_that_handed_in(team):
    lead = team.person("lead", "GM0200")
    assert lead.json("receipt", ROUND, expect=FAILED)["error"]["name"] == "nothing_submitted"
    fill(lead, "2", sync=False)
    lead.run("submit", ROUND)
    assert lead.json("receipt", ROUND, expect=FAILED)["error"]["name"] == "not_synced"
    lead.sync()
    team.server.stop()  # from here on nobody needs it
    said = lead.json("receipt", ROUND)
    assert (said["municipality"], said["state"], said["release"], said["ca_trusted"]) == ("GM0200", "submitted", None, True)
    people = lead.run("receipt", ROUND, CIMONITOR_LANG="nl").out
    assert "ondertekend" in people and "Apeldoorn (GM0200)" in people and "nog niet vrijgegeven" in people


def test_a_released_round_shows_that_the_adopted_list_is_in_it(team, adopted, tmp_path):
    release(team)
    files = []
    for board in adopted:
        board.sync()
        files.append(tmp_path / board.json("receipt", ROUND)["municipality"])
        said = board.json("receipt", ROUND, "--out", files[-1])
        assert said["release"]["count"] == 3 and said["state"] == "adopted"
    roots = {board.json("receipt", ROUND)["release"]["root"] for board in adopted}
    assert len(roots) == 1
    team.server.stop()
    for file in files:
        said = check(file, "--ca", adopted[0].json("receipt", ROUND)["ca"])
        assert "one of 3" in said.out and "that you trust" in said.out and file.name in said.out
    assert "Compare the fingerprint" in check(files[0]).out
    assert "in de vrijgegeven cijfers" in check(files[0], CIMONITOR_LANG="nl").out
    assert team.server.command("verify", "--json").json["releases_unsound"] == 0


def test_no_bit_of_a_released_receipt_can_be_flipped(team, adopted, tmp_path):
    release(team)
    adopted[0].sync()
    path = tmp_path / "receipt"
    ca = adopted[0].json("receipt", ROUND, "--out", path)["ca"]
    packed = opened(path).SerializeToString()
    at = packed.index(opened(path).release.SerializeToString())
    for byte in (at - 3, at - 2, at - 1, at, len(packed) - 1):  # where the release begins, within the file's own fields
        for bit in (1, 4, 16, 64):
            flipped = bytes([*packed[:byte], packed[byte] ^ bit, *packed[byte + 1:]])
            text = base64.encodebytes(flipped).decode()
            (tmp_path / "flipped").write_text(
                f"-----BEGIN CI MONITOR RECEIPT-----\n{text}-----END CI MONITOR RECEIPT-----\n")
            check(tmp_path / "flipped", "--ca", ca, expect=FAILED)


def test_who_does_not_know_the_ca_is_told_of_a_flipped_bit_in_it_too(team, adopted, tmp_path):
    """The CA comes with the file: all of it is under a signature, its own."""
    release(team)
    adopted[0].sync()
    path = tmp_path / "receipt"
    adopted[0].run("receipt", ROUND, "--out", path)
    ca = opened(path).ca
    check(path)
    for at in [*range(0, 60, 3), *range(60, len(ca), 11), len(ca) - 1]:
        file = opened(path)
        file.ca = ca[:at] + bytes([ca[at] ^ 1 << at % 8]) + ca[at + 1:]
        assert "signed this" not in check(closed(tmp_path / "flipped", file), expect=FAILED).out, at
    for field in ("ca", "receipt", "release"):
        file = opened(path)
        if field == "ca":
            file.ca += b"x"
        else:
            getattr(file, field).certificate += b"x"
        check(closed(tmp_path / "longer", file), expect=FAILED)


def test_a_damaged_path_to_the_figures_is_no_accusation(team, adopted, tmp_path):
    release(team)
    adopted[0].sync()
    path = tmp_path / "receipt"
    adopted[0].run("receipt", ROUND, "--out", path)
    file = opened(path)
    file.path[0] = bytes([file.path[0][0] ^ 1]) + file.path[0][1:]
    said = check(closed(tmp_path / "flipped", file), expect=FAILED).err
    assert "changed or damaged" in said and "cimonitor receipt ROUND" in " ".join(said.split())
    assert said.index("new receipt") < said.index("central team")
    said = check(tmp_path / "flipped", expect=FAILED, CIMONITOR_LANG="nl").err
    assert "veranderd of beschadigd" in said and "cimonitor receipt RONDE" in " ".join(said.split())
    for field in ("index", "path"):  # a path to no figures
        file = opened(path)
        file.ClearField("release")
        file.index = 1
        file.ClearField(field)
        assert file.index or file.path
        assert check(closed(tmp_path / "odd", file), "--json", expect=FAILED).json["error"]["name"] == "receipt_unreadable"


def test_a_list_that_came_late_is_not_let_into_a_released_round(team, adopted):
    board = team.person("executive", "GM0213")
    fill(board, "1", sync=False)
    board.run("submit", ROUND)
    board.sync()
    board.run("adopt", ROUND)
    release(team)
    board.sync(expect=ATTENTION)
    counted = ("benchmark", ROUND, "--area", "NL", "--adopted")
    before = team.central.json(*counted)
    lists = [row["edit"] for row in team.central.json("late")["late"] if row["key"].startswith("submission/")]
    assert lists
    for edit in lists:
        team.central.run("late", "--admit", edit)
    team.central.sync(expect=ATTENTION)
    assert "released" in team.central.run("attention", expect=ATTENTION).out
    assert team.central.json(*counted) == before
    assert before["participation"]["adopted"] == 3


def test_a_list_handed_in_and_not_adopted_is_in_no_release(team, adopted, tmp_path):
    lead = team.person("lead", "GM0213")
    fill(lead, "2", sync=False)
    lead.run("submit", ROUND)
    lead.sync()
    release(team)
    lead.sync(expect=None)
    said = lead.json("receipt", ROUND, "--out", tmp_path / "receipt")
    assert said["state"] == "submitted" and said["release"] is None
    other = adopted[0]
    other.sync()
    other.run("receipt", ROUND, "--out", tmp_path / "adopted")
    mixed, good = opened(tmp_path / "receipt"), opened(tmp_path / "adopted")
    mixed.release.CopyFrom(good.release)
    mixed.path.extend(good.path)
    assert check(closed(tmp_path / "mixed", mixed), "--json", expect=FAILED).json["error"]["name"] == "receipt_not_included"


def test_each_way_of_tampering_is_named(team, adopted, tmp_path):
    release(team)
    adopted[0].sync()
    path = tmp_path / "receipt"
    ca = adopted[0].json("receipt", ROUND, "--out", path)["ca"]

    def refused(change, *words):
        file = opened(path)
        change(file)
        return check(closed(tmp_path / "changed", file), "--json", *words, expect=FAILED).json["error"]["name"]

    def say(**fields):
        def change(file):
            receipt = model.Receipt.FromString(file.receipt.content)
            for name, value in fields.items():
                setattr(receipt, name, value)
            file.receipt.content = receipt.SerializeToString()
        return change

    assert check(path, "--json", "--ca", ca).json["ca_trusted"] is True
    assert refused(say(municipality="GM0202")) == "receipt_changed"
    assert refused(say(digest=bytes(32))) == "receipt_changed"
    assert refused(say(time_ms=0)) == "receipt_no_signer"  # before there was anybody to sign
    assert refused(lambda file: setattr(file.receipt, "certificate", file.ca)) == "receipt_no_signer"
    assert refused(lambda file: setattr(file, "ca", file.receipt.certificate)) == "receipt_no_signer"
    assert refused(lambda file: setattr(file.release, "signature", file.receipt.signature)) == "receipt_release_unsound"
    assert refused(lambda file: file.release.CopyFrom(file.receipt)) in ("receipt_release_unsound", "receipt_unreadable")
    assert refused(lambda file: setattr(file, "index", file.index + 1)) == "receipt_not_included"
    assert refused(lambda file: file.path.pop()) == "receipt_not_included"
    assert refused(lambda file: file.path.extend([bytes(32)] * 1000)) == "receipt_not_included"
    assert refused(lambda file: file.ClearField("receipt")) == "receipt_unreadable"
    assert refused(lambda file: None, "--ca", "00" * 32) == "receipt_other_ca"


def test_what_is_no_receipt_is_said_to_be_none(tmp_path):
    for name, content in {"empty": b"", "text": b"hello", "zeros": bytes(100), "large": b"x" * 100_000,
                          "cut": b"-----BEGIN CI MONITOR RECEIPT-----\nAAAA\n",
                          "other": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}.items():
        (tmp_path / name).write_bytes(content)
        assert check(tmp_path / name, "--json", expect=FAILED).json["error"]["name"] in ("receipt_unreadable", "invalid")
    check(tmp_path / "nowhere", expect=FAILED)
    for wrong in ("", "12", "xyz", "0" * 31, "0" * 65):
        check(tmp_path / "text", "--ca", wrong, expect=USAGE)
    assert not (tmp_path / "nobody").exists()  # a check makes no home


def test_a_receipt_is_for_the_own_municipality_and_for_the_central_team(strangers):
    from tests.support.protocol import QUERY, Refused, messages
    lead, other = strangers.person("lead", "GM0200"), strangers.person("lead", "GM0202")

    def asked(who, municipality):
        query = messages.Query(receipt=messages.ReceiptQuery(round=ROUND, municipality=municipality))
        with who.greeted() as session, pytest.raises(Refused) as refused:
            session.ask(QUERY, query)
        return refused.value.error.name

    assert asked(lead, "GM0202") == "no_right" and asked(other, "GM0200") == "no_right"
    assert asked(lead, "GM0200") == "wrong_state"  # nothing was handed in
    assert asked(strangers.central, "GM0200") == "wrong_state"
    assert asked(lead, "x" * 500) == "no_right" and asked(strangers.central, "x" * 500) == "wrong_state"
