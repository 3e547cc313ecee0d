"""A client written from PROTOCOL.md alone gets everything done: it enrols, greets, pushes, pulls, submits, asks."""

import os
import struct

import pytest

from tests.support.processes import ROUND
from tests.support.protocol import (
    CELLS_EVENT, EVENT, PING, PULL, QUERY, REPLY, STATUS, SUBSCRIBE, UNSUBSCRIBE, Key, Refused, Session, messages)
from tests.support.stranger import Stranger, digest, level, model, public_key, value_of

KEY = f"answer/{ROUND}/S1.1"
LIVE, ADOPTED = messages.LIVE, messages.ADOPTED


def refusal(call, *arguments, **more):
    """The name of the error that a request gets."""
    with pytest.raises(Refused) as refused:
        call(*arguments, **more)
    return refused.value.error.name


def test_a_code_becomes_a_certificate_for_the_own_key(strangers):
    anna = strangers.person("respondent", "GM0200")
    assert anna.certificate.role == model.ROLE_RESPONDENT and list(anna.certificate.areas) == ["GM0200"]
    assert anna.install == digest(public_key(anna.certificate.certificate))[:16].hex()
    with anna.greeted():
        greeting = anna.greeting
    assert greeting.version == 1 and greeting.person == anna.person and greeting.install == anna.install
    assert list(greeting.dossiers) == ["NL", "GM0200"] and not greeting.cloned
    assert greeting.certificate_ends_ms > greeting.now_ms > 0 and greeting.head.position > 0


def test_the_same_code_and_key_get_the_same_install_again(strangers, tmp_path):
    code = strangers.code("respondent", "GM0200")
    anna = strangers.person("", code=code)
    with Session(anna.port) as session:
        again = session.enrol(code, anna.key)
    assert (again.person, again.install) == (anna.person, anna.install)
    with Session(anna.port) as session:
        assert refusal(session.enrol, code, Key(tmp_path / "other-key")) == "code_used"


def test_what_is_pushed_is_pulled_as_it_was(strangers):
    anna, bram = strangers.person("respondent", "GM0200"), strangers.person("lead", "GM0200")
    with anna.greeted() as session:
        assert anna.tell(session, KEY, level(3, remark="gewoon")) == "STANDS"
        assert anna.tell(session, f"answer/{ROUND}/S1.2", level(0)) == "STANDS"
    with bram.greeted() as session:
        assert bram.pull(session) == 2
        assert bram.record(KEY) == anna.record(KEY)
        assert model.Answer.FromString(value_of(bram.record(KEY))).remark == "gewoon"
        assert bram.pull(session) == 0
    assert anna.last_number == 2
    with anna.greeted():
        assert anna.greeting.last_number == 2


def test_unknown_fields_of_a_value_are_kept_as_they_came(strangers):
    anna = strangers.person("respondent", "GM0200")
    value = level(2).SerializeToString() + b"\xa2\x06\x03new"  # field 100
    with anna.greeted() as session:
        assert anna.tell(session, KEY, value) == "STANDS"
        anna.pull(session)
    assert value_of(anna.record(KEY)) == value


def test_a_snapshot_comes_in_pages_each_record_once(strangers):
    anna = strangers.person("respondent", "GM0200")
    seen, places, cursor = set(), [], b""
    with anna.greeted() as session:
        while True:
            page = anna.page(session, "NL", cursor)
            assert page.snapshot
            for item in page.items:
                assert item.record.key not in seen
                seen.add(item.record.key)
                places.append(model.Record.FromString(item.record.record).place.position)
            cursor = page.cursor
            if page.complete:
                break
            assert page.remaining > 0
    assert places == sorted(places)
    assert len([key for key in seen if key.startswith("area/GM")]) > 400
    assert f"person/{anna.person}" in seen and f"install/{anna.install}" in seen
    assert f"person/{strangers.central.person}" not in seen


def test_contact_data_comes_beside_the_person_to_those_in_scope(strangers):
    anna, other = strangers.person("respondent", "GM0200"), strangers.person("respondent", "GM0307")
    bram = strangers.person("lead", "GM0200")
    assert bram.details[anna.person].name == "respondent GM0200"
    assert anna.person not in other.details and f"person/{anna.person}" not in other.records["NL"]


def test_cursors_that_were_made_up_are_bad(strangers):
    anna = strangers.person("respondent", "GM0200")
    with anna.greeted() as session:
        good = anna.cursors["NL"]
        for bad in (b"x", b"\0" * 128, os.urandom(len(good)), good[:-1], good + b"\0", bytes([good[0], good[1] ^ 1]) + good[2:]):
            assert refusal(anna.page, session, "NL", bad) == "bad_cursor"
        assert refusal(anna.page, session, "GM0200", good) == "bad_cursor"
        assert anna.page(session, "NL", good).complete


def test_edits_meet_as_the_page_says(strangers):
    anna, bram = strangers.person("respondent", "GM0200"), strangers.person("lead", "GM0200")
    with anna.greeted() as a, bram.greeted() as b:
        assert anna.tell(a, KEY, level(3)) == "STANDS"
        assert bram.tell(b, KEY, level(3)) == "AGREED"
        assert anna.tell(a, KEY, level(2)) == "STANDS"  # it has seen what stands
        bram.records["GM0200"].clear()
        assert bram.tell(b, KEY, level(1)) == "RIVAL"
        anna.pull(a)
        (rival,) = anna.record(KEY).rivals
        assert anna.tell(a, KEY, level(2), resolves=[rival.id]) == "STANDS"
        assert not anna.record(KEY).rivals and rival.id in anna.record(KEY).superseded
        bram.pull(b)
        assert bram.tell(b, KEY) == "STANDS"  # cleared
        late = anna.edit(KEY, level(4), id=os.urandom(16))
        newer = anna.edit(KEY, level(0), base_edit=late.id, base_digest=digest(late.value), seen=[late.id])
        anna.outbox = [messages.NumberedEdit(number=90, edit=newer), messages.NumberedEdit(number=91, edit=late)]
        anna.last_number = 91
        assert [each.outcome for each in anna.push(a)] == [messages.PushResult.RIVAL, messages.PushResult.SUPERSEDED]


def test_an_edit_sent_twice_is_accepted_once(strangers):
    anna = strangers.person("respondent", "GM0200")
    with anna.greeted() as session:
        edit = anna.answer(ROUND, "S1.1", level(3))
        (first,) = anna.push(session)
        assert not first.duplicate
        before = session.ask(PULL, messages.Pull(dossier="GM0200")).items[0].record.record
        for number in (anna.last_number, anna.last_number + 5):
            anna.outbox = [messages.NumberedEdit(number=number, edit=edit)]
            (again,) = anna.push(session)
            assert again.duplicate and again.outcome == first.outcome
        assert session.ask(PULL, messages.Pull(dossier="GM0200")).items[0].record.record == before


def test_the_seventeenth_head_is_refused(strangers):
    anna = strangers.person("respondent", "GM0200")
    with anna.greeted() as session:
        for number in range(17):
            anna.outbox.append(messages.NumberedEdit(
                number=number + 1, edit=anna.edit(KEY, level(1, remark=str(number)), base_edit=b"", base_digest=b"", seen=[])))
        anna.last_number = 17
        names = [each.error.name or each.outcome for each in anna.push(session)]
    assert names == [messages.PushResult.STANDS] + [messages.PushResult.RIVAL] * 15 + ["too_many_rivals"]


def test_a_clone_is_told_and_goes_on_under_a_new_name(strangers):
    anna = strangers.person("respondent", "GM0200")
    with anna.greeted() as session:
        assert anna.tell(session, KEY, level(3)) == "STANDS"
        anna.outbox = [messages.NumberedEdit(number=1, edit=anna.edit(KEY, level(1)))]
        assert refusal(anna.push, session) == "cloned"
    with anna.greeted(last_number=0, sent=[]):
        assert anna.greeting.cloned
    with anna.greeted(last_number=1):
        assert anna.greeting.cloned
    anna.new_incarnation()
    with anna.greeted() as session:
        assert not anna.greeting.cloned and anna.greeting.last_number == 0
        (result,) = anna.push(session)
        assert result.outcome == messages.PushResult.STANDS


def submission(anna, questions, state):
    """By section 6 of the page: every standing answer, and the digest over all of them."""
    made, summed = model.Submission(state=state), b""
    for question in questions:
        standing = anna.record(f"answer/{ROUND}/{question}").standing
        answer = model.Answer.FromString(standing.value)
        one = model.SubmittedAnswer(
            question=question, edit=standing.id, value=answer.value, substantiated=len(answer.evidence) > 0)
        packed = one.SerializeToString()
        summed += struct.pack(">I", len(packed)) + packed
        made.answers.append(one)
    made.digest = digest(summed)
    return made


def test_a_submission_is_exactly_what_the_server_has(strangers):
    anna, chief = strangers.person("lead", "GM0200"), strangers.person("executive", "GM0200")
    key = f"submission/{ROUND}"
    with anna.greeted() as session:
        anna.tell(session, f"answer/{ROUND}/S1.1", level(3, evidence=["https://example.org"], note="intern"))
        anna.tell(session, f"answer/{ROUND}/S1.3", level(1))
        wrong = submission(anna, ["S1.1"], model.Submission.SUBMITTED)
        assert anna.tell(session, key, wrong) == "digest_differs"
        whole = submission(anna, ["S1.1", "S1.3"], model.Submission.SUBMITTED)
        spoiled = model.Submission.FromString(whole.SerializeToString())
        spoiled.digest = bytes(32)
        assert anna.tell(session, key, spoiled) == "digest_differs"
        adopted = submission(anna, ["S1.1", "S1.3"], model.Submission.ADOPTED)
        assert anna.tell(session, key, adopted) == "no_right"
        assert anna.tell(session, key, whole) == "STANDS"
        assert anna.tell(session, key, submission(anna, ["S1.1"], model.Submission.SUBMITTED)) == "wrong_state"
    with chief.greeted() as session:
        chief.pull(session)
        assert chief.tell(session, key, adopted) == "STANDS"
        assert chief.tell(session, key, model.Submission(state=model.Submission.DRAFT)) == "wrong_state"


def test_nothing_is_no_submission(strangers):
    anna = strangers.person("lead", "GM0200")
    with anna.greeted() as session:
        made = model.Submission(state=model.Submission.SUBMITTED, digest=digest(b""))
        assert anna.tell(session, f"submission/{ROUND}", made) == "invalid"


def test_rivals_are_chosen_from_before_submitting(strangers):
    anna = strangers.person("lead", "GM0200")
    with anna.greeted() as session:
        anna.tell(session, KEY, level(3))
        assert anna.tell(session, KEY, level(1), base_edit=b"", base_digest=b"", seen=[]) == "RIVAL"
        made = submission(anna, ["S1.1"], model.Submission.SUBMITTED)
        assert anna.tell(session, f"submission/{ROUND}", made) == "conflicts_open"


def test_figures_of_few_are_withheld_and_participation_is_counted(strangers):
    anna = strangers.person("respondent", "GM0200")
    with anna.greeted() as session:
        anna.tell(session, KEY, level(3))
        query = messages.Query()
        query.benchmark.MergeFrom(messages.BenchmarkQuery(round=ROUND, basis=LIVE, areas=["NL", "SC4"], nodes=["overall", "S1.1"]))
        benchmark = session.ask(QUERY, query).benchmark
        assert [area.area for area in benchmark.areas] == ["NL", "SC4"]
        for figure in (figure for area in benchmark.areas for figure in area.figures):
            assert figure == messages.Figure(node=figure.node)
        query = messages.Query()
        query.participation.MergeFrom(messages.ParticipationQuery(round=ROUND, area="NL"))
        counted = session.ask(QUERY, query).participation
        assert counted.members > 300 and counted.started == 1 and not counted.participants
    with strangers.central.greeted() as session:
        (participant,) = session.ask(QUERY, query).participation.participants
        assert participant.municipality == "GM0200"


def test_a_subscription_tells_what_changes_until_it_ends(strangers):
    anna = strangers.person("respondent", "GM0200")
    with strangers.central.greeted() as session, anna.greeted() as other:
        wanted = messages.BenchmarkQuery(round=ROUND, basis=LIVE, areas=["NL"], nodes=["overall"])
        now = session.ask(SUBSCRIBE, messages.Subscribe(benchmark=wanted, participation=True))
        assert now.participation.started == 0
        anna.tell(other, KEY, level(3))
        event = session.receive()
        assert event.type == CELLS_EVENT and event.flags & EVENT and event.request == 0
        assert event.message.participation.started == 1
        session.ask(UNSUBSCRIBE, messages.Unsubscribe())
        assert session.ask(PING, messages.Ping(token=5)).token == 5


def test_renewing_keeps_the_install_and_a_new_key_makes_a_new_one(strangers, tmp_path):
    anna = strangers.person("respondent", "GM0200")
    install, person = anna.install, anna.person
    with Session(anna.port, anna.key) as session:  # no hello is needed
        assert anna.renew(session).install == install
    with Session(anna.port, anna.key) as session:
        renewed = anna.renew(session, Key(tmp_path / "new-key"))
    assert renewed.person == person and renewed.install != install
    assert renewed.install == digest(public_key(renewed.certificate))[:16].hex()
    with anna.greeted():
        assert anna.greeting.install == renewed.install


def test_another_installs_key_is_not_given_away(strangers):
    anna, bram = strangers.person("respondent", "GM0200"), strangers.person("lead", "GM0200")
    with Session(anna.port, anna.key) as session:
        assert refusal(anna.renew, session, bram.key) == "bad_request"


def test_a_cursor_of_a_lost_history_begins_again(strangers, tmp_path):
    import shutil

    anna, server = strangers.person("respondent", "GM0200"), strangers.server
    with anna.greeted() as session:
        anna.tell(session, KEY, level(3))
    server.stop()
    shutil.copytree(server.data, tmp_path / "backup")
    server.start()
    with anna.greeted() as session:
        anna.tell(session, f"answer/{ROUND}/S1.2", level(1))
        anna.pull(session)
    server.stop()
    shutil.rmtree(server.data)
    shutil.copytree(tmp_path / "backup", server.data)
    server.start()
    anna.new_incarnation()
    with anna.greeted() as session:
        assert anna.page(session, "GM0200").snapshot
        anna.pull(session, "GM0200")
        assert list(anna.records["GM0200"]) == [KEY]


def test_the_order_of_answers_is_that_of_requests(strangers):
    with strangers.central.greeted() as session:
        session.send(STATUS, messages.StatusQuery())
        session.send(PING, messages.Ping(token=1))
        session.send(PULL, messages.Pull(dossier="NL"))
        session.send(PING, messages.Ping(token=2))
        assert [session.receive().type - REPLY for _ in range(4)] == [STATUS, PING, PULL, PING]


def test_a_code_of_another_server_is_noticed(strangers, tmp_path):
    import base64
    import hashlib

    address, text = strangers.code("respondent", "GM0200").rsplit("/", 1)
    raw = bytearray(base64.b32decode(text + "=" * (-len(text) % 8)))
    raw[16] ^= 1
    raw[32:] = hashlib.sha256(address.encode() + raw[:32]).digest()[:2]
    with pytest.raises(AssertionError, match="another server"):
        Stranger(f"{address}/{base64.b32encode(raw).decode().rstrip('=')}", tmp_path / "misled", strangers.server.port)
