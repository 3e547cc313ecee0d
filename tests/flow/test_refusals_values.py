"""What does not fit is refused with its own code and a word on what to do; the rest of a push goes on."""

import os

import pytest

from tests.support.processes import ATTENTION, DONE, FAILED, ROUND
from tests.support.protocol import PULL, PUSH, QUERY, SUBSCRIBE, Refused, messages
from tests.support.stranger import level, model


@pytest.fixture(scope="module")
def anna(shared):
    return shared.person("lead", "GM0200")


def answer(**of):
    return model.Answer(value=model.AnswerValue(**of))


ANSWERS = {
    "level 5": ("S1.1", answer(level=5)),
    "level 2^32-1": ("S1.1", answer(level=2**32 - 1)),
    "101 per cent": ("S2.2", answer(percentage=101)),
    "a number above a million": ("O4.1", answer(number=1_000_001)),
    "the wrong kind": ("S1.1", answer(percentage=50)),
    "no agreement": ("O4.5", answer(agreement=0)),
    "an option that is not there": ("S1.4", answer(choices=model.Choices(options=["nothing"]))),
    "an option twice": ("S1.4", answer(choices=model.Choices(options=["waste", "waste"]))),
    "options out of order": ("S1.4", answer(choices=model.Choices(options=["social", "waste"]))),
    "more euros than there are": ("S2.5", answer(euros=model.Euros(total=10**12 + 1))),
    "parts above the total": ("S2.5", answer(euros=model.Euros(
        total=10, categories=[model.CategoryEuros(theme="O1", amount=11)]))),
    "parts that wrap round": ("S2.5", answer(euros=model.Euros(total=10, categories=[
        model.CategoryEuros(theme="O1", amount=2**64 - 1), model.CategoryEuros(theme="O2", amount=2)]))),
    "a theme that is no category": ("S2.5", answer(euros=model.Euros(
        total=10, categories=[model.CategoryEuros(theme="S1", amount=1)]))),
    "a text that is too long": ("S3.5", answer(text="x" * 2001)),
    "a text of nothing": ("S3.5", answer(text="  \n")),
    "not applicable where it always applies": ("S1.1", answer(not_applicable="daarom")),
    "unknown that is not true": ("S1.1", answer(unknown=False)),
    "nothing": ("S1.1", model.Answer()),
    "eleven addresses": ("S1.1", level(1, evidence=["https://example.org"] * 11)),
    "an address of 501 bytes": ("S1.1", level(1, evidence=["https://" + "x" * 493])),
    "a script as evidence": ("S1.1", level(1, evidence=["javascript:alert(1)"])),
    "a file of one computer as evidence": ("S1.1", level(1, evidence=["file:///etc/passwd"])),
    "a date that is none": ("S1.1", level(1, working_on=model.WorkingOn(planned="2026-02-30"))),
    "a remark of 4,001 bytes": ("S1.1", level(1, remark="x" * 4001)),
    "no protobuf": ("S1.1", b"\xff\xff\xff"),
    "fields out of order": ("S1.1", level(1, remark="a").SerializeToString()[4:] + level(1).SerializeToString()),
    "a default that is spelled out": ("S1.1", level(1).SerializeToString() + b"\x1a\x00"),
    "a field twice": ("S1.1", level(1).SerializeToString() + b"\x1a\x01a\x1a\x01b"),
    "a number longer than it is": ("S1.1", b"\x0a\x03\x08\x81\x00"),
    "a control character": ("S1.1", b"\x0a\x02\x08\x01" + b"\x1a\x01\x07"),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_out_of_range_is_invalid(anna, what):
    question, value = ANSWERS[what]
    with anna.greeted() as session:
        assert anna.tell(session, f"answer/{ROUND}/{question}", value) == "invalid"


KEYS = {
    "answer/1999/S1.1": "unknown_round",
    f"answer/{ROUND}/S99.9": "unknown_question",
    f"answer/{ROUND}/s1.1": "unknown_question",
    f"answer/{ROUND}": ("invalid", "unknown_question"),
    f"answer/{ROUND}/S1.1/x": "invalid",
    f"answer//{ROUND}": ("invalid", "unknown_round"),
    "wish/2026/S1.1": "unknown_kind",
    "": "invalid",
    "answer/" + "x" * 200: "invalid",
    "answer/../etc": ("invalid", "unknown_round"),
}


@pytest.mark.parametrize("key", KEYS)
def test_keys_that_name_nothing(anna, key):
    with anna.greeted() as session:
        name = anna.tell(session, key, level(1))
    assert name in ([KEYS[key]] if isinstance(KEYS[key], str) else KEYS[key])


FORMS = {
    "no id": {"id": b""},
    "a short id": {"id": bytes(15)},
    "a base without digest": {"base_edit": bytes(16), "seen": [bytes(16)]},
    "a base that was not seen": {"base_edit": bytes(16), "base_digest": bytes(32), "seen": []},
    "itself as base": {"id": b"i" * 16, "base_edit": b"i" * 16, "base_digest": bytes(32), "seen": [b"i" * 16]},
    "eighteen seen": {
        "base_edit": bytes(16), "base_digest": bytes(32), "seen": [bytes([n]) * 16 for n in range(18)]},
    "cleared, and a value": {"cleared": True},
    "50 KiB": {"value": b"\x1a\xd0\x86\x03" + b"x" * 50_000},
}


@pytest.mark.parametrize("what", FORMS)
def test_edits_that_are_not_well_formed(anna, what):
    with anna.greeted() as session:
        fields = {"value": level(1), **FORMS[what]}
        assert anna.tell(session, f"answer/{ROUND}/S1.2", **fields) == "invalid"


def test_another_version_of_the_questionnaire_is_unknown(anna):
    with anna.greeted() as session:
        for hash in (os.urandom(32), b""):
            assert anna.tell(session, f"answer/{ROUND}/S1.2", level(1), questionnaire=hash) == "unknown_version"


def test_a_refused_edit_stops_no_other(anna):
    with anna.greeted() as session:
        anna.answer(ROUND, "S2.3", level(1))
        anna.answer(ROUND, "S2.3", level(9))
        anna.answer(ROUND, "S99.9", level(1))
        anna.answer(ROUND, "S2.4", level(2))
        results = anna.push(session)
        assert [each.error.name for each in results] == ["", "invalid", "unknown_question", ""]
        for each in results[1:3]:
            assert each.outcome == messages.PushResult.REFUSED and each.error.text.nl and each.error.text.en
        anna.pull(session)
        assert anna.record(f"answer/{ROUND}/S2.4")


def test_what_is_asked_of_the_benchmark_must_be_there(anna):
    def said(type=QUERY, **fields):
        wanted = messages.BenchmarkQuery(**{"round": ROUND, "areas": ["NL"], **fields})
        message = messages.Query(benchmark=wanted) if type == QUERY else messages.Subscribe(benchmark=wanted)
        with anna.greeted() as session, pytest.raises(Refused) as refused:
            session.ask(type, message)
        return refused.value.error.name

    for type in (QUERY, SUBSCRIBE):
        assert said(type, round="1999") == "unknown_round"
        assert said(type, areas=["GM9999"]) == "unknown_area"
        assert said(type, areas=["../NL"]) == "unknown_area"
        assert said(type, areas=["SC6"]) == "unknown_area"
        assert said(type, nodes=["S99.9"]) == "unknown_question"
        assert said(type, areas=[]) == "invalid"
        assert said(type, areas=["NL"] * 17) == "invalid"
        assert said(type, nodes=["overall"] * 65) == "invalid"
    with anna.greeted() as session, pytest.raises(Refused):
        session.ask(QUERY, messages.Query())


def test_what_central_may_not_change(strangers):
    central = strangers.central
    with central.greeted() as session:
        central.pull(session)
        key = f"round/{ROUND}"
        round = model.Round.FromString(central.record(key, "NL").standing.value)

        def changed(**fields):
            other = model.Round.FromString(round.SerializeToString())
            for name, value in fields.items():
                setattr(other, name, value)
            return other

        assert central.tell(session, key, changed(state=model.Round.PLANNED)) == "invalid"
        assert central.tell(session, key, changed(opens="2026-13-01")) == "invalid"
        assert central.tell(session, key, changed(questionnaire_hash=bytes(32))) in ("unknown_version", "frozen")
        few = changed()
        few.disclosure.mean_from, few.disclosure.spread_from = 1, 1
        assert central.tell(session, key, few) == "invalid"
        stale = central.edit(key, changed(closes="2031-01-01"), base_edit=b"", base_digest=b"", seen=[])
        assert central.tell(session, key, changed(closes="2030-01-01")) == "STANDS"
        reply = session.ask(PUSH, messages.Push(
            incarnation=central.incarnation, edits=[messages.NumberedEdit(number=central.last_number + 1, edit=stale)]))
        central.last_number += 1
        assert reply.results[0].error.name == "stale"
        published = central.record("questionnaire/ci/1", "NL").standing.value
        other = model.Questionnaire.FromString(published)
        other.title.nl = "Anders"
        assert central.tell(session, "questionnaire/ci/1", other) == "frozen"
        other.version = 2
        question = next(each for each in other.questions if each.kind == model.Question.YES_PARTLY_NO)
        question.kind, question.full_at = model.Question.PERCENTAGE, 100
        assert central.tell(session, "questionnaire/ci/2", other) == "invalid"  # that id is another question's, for ever
        question.kind, question.full_at = model.Question.YES_PARTLY_NO, 0
        assert central.tell(session, "questionnaire/ci/2", other) == "STANDS"
        assert central.tell(session, "area/NL") == "invalid"
        planned = changed(id="2099", state=model.Round.PLANNED)
        assert central.tell(session, "round/2099", planned) == "STANDS"
    anna = strangers.person("respondent", "GM0200")
    with anna.greeted() as session:
        assert anna.tell(session, "answer/2099/S1.1", level(1)) == "round_not_open"


def test_an_answer_after_closing_is_late_and_not_counted(strangers):
    anna, central = strangers.person("respondent", "GM0200"), strangers.central
    with central.greeted() as session:
        central.pull(session)
        round = model.Round.FromString(central.record(f"round/{ROUND}", "NL").standing.value)
        round.state = model.Round.CLOSED
        assert central.tell(session, f"round/{ROUND}", round) == "STANDS"
    with anna.greeted() as session:
        assert anna.tell(session, f"answer/{ROUND}/S1.1", level(3)) == "LATE"
        assert not session.ask(PULL, messages.Pull(dossier="GM0200")).items


def test_the_program_says_what_is_wrong_before_it_saves(team):
    anna = team.person("respondent", "GM0200")
    for words, word in (
        ((ROUND, "S99.9", "3"), "S99.9"), ((ROUND, "S1.1", "5"), "4"), ((ROUND, "S1.1", "maybe"), "S1.1"),
        ((ROUND, "S2.2", "101"), "100"), (("1999", "S1.1", "3"), "year")):
        said = anna.run("answer", *words, expect=None)
        assert said.status not in (DONE, ATTENTION) and word in said.err, said
    assert anna.json("status")["unsent"] == 0
    said = team.central.run("invite", "--role", "lead", "--area", "GM9999", "--name", "x", expect=FAILED)
    assert "GM9999" in said.err or "area" in said.err
