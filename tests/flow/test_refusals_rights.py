"""Nobody reads or writes what is not theirs: every role, every request, every kind of record, own and foreign dossier.

The table is the one of PROTOCOL.md (sections 3, 6 and 8), written down here once more, by hand.
"""

import os

import pytest

from tests.support.processes import ROUND
from tests.support.protocol import (
    ENROL, HELLO, INVITE, PING, PULL, PUSH, QUERY, STATUS, SUBSCRIBE, UNSUBSCRIBE, Refused, Session, messages)
from tests.support.stranger import level, model

OWN, FOREIGN = "GM0200", "GM0307"
AREAS = {
    "respondent": [OWN], "lead": [OWN], "executive": [OWN], "coordinator": ["PV25"], "central": [], "auditor": [],
}
LOCAL = {"respondent", "lead", "executive"}
ROLES = list(AREAS)


@pytest.fixture(scope="module")
def people(shared):
    return {role: shared.person(role, *areas) for role, areas in AREAS.items()} | {
        "other": shared.person("lead", FOREIGN)}


def said(session, type, message):
    """ "ok", or the name of the error."""
    try:
        session.ask(type, message)
        return "ok"
    except Refused as refused:
        return refused.error.name


BENCHMARK = messages.BenchmarkQuery(round=ROUND, areas=["NL"], nodes=["overall"])
REQUESTS = {
    "pull NL": (PULL, messages.Pull(dossier="NL"), set(ROLES)),
    "pull own": (PULL, messages.Pull(dossier=OWN), LOCAL),
    "pull foreign": (PULL, messages.Pull(dossier=FOREIGN), set()),
    "pull nonsense": (PULL, messages.Pull(dossier="GM9999"), set()),
    "pull nothing": (PULL, messages.Pull(), set()),
    "pull by another case": (PULL, messages.Pull(dossier="gm0200"), set()),
    "query": (QUERY, messages.Query(benchmark=BENCHMARK), set(ROLES)),
    "query participation": (
        QUERY, messages.Query(participation=messages.ParticipationQuery(round=ROUND, area="NL")), set(ROLES)),
    "subscribe": (SUBSCRIBE, messages.Subscribe(benchmark=BENCHMARK), set(ROLES)),
    "unsubscribe": (UNSUBSCRIBE, messages.Unsubscribe(), set(ROLES)),
    "ping": (PING, messages.Ping(), set(ROLES)),
    "invite": (
        INVITE, messages.Invite(role=model.ROLE_CENTRAL, details=model.PersonDetails(name="x")), {"central"}),
    "status": (STATUS, messages.StatusQuery(), {"central", "auditor"}),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_it_may_ask_and_nothing_else(people, role):
    with people[role].greeted() as session:
        for name, (type, message, allowed) in REQUESTS.items():
            assert (name, said(session, type, message)) == (name, "ok" if role in allowed else "no_right")


def values(person):
    """Kind → (key, a value that would be valid, the roles that may write it)."""
    area = person.record("area/GM0200", "NL").standing.value
    round = person.record(f"round/{ROUND}", "NL").standing.value
    questionnaire = person.record("questionnaire/ci/1", "NL").standing.value
    return {
        "answer": (f"answer/{ROUND}/S1.1", level(3), LOCAL),
        "submission": (f"submission/{ROUND}", model.Submission(), {"lead", "executive"}),
        "area": ("area/GM0200", area, {"central"}),
        "round": (f"round/{ROUND}", round, {"central"}),
        "questionnaire": ("questionnaire/ci/1", questionnaire, {"central"}),
        "revocation": (f"revocation/{person.person}", model.Revocation(revoked=True), {"central"}),
        "person": (f"person/{person.person}", model.Person(role=model.ROLE_CENTRAL), set()),
        "install": (f"install/{person.install}", model.Install(person=person.person), set()),
    }


def test_a_role_that_may_not_ask_is_told_so_before_its_message_is_read(people):
    with people["coordinator"].greeted() as session:
        assert said(session, PUSH, b"\xff\xff\xff") == "no_right"
    with people["respondent"].greeted() as session:
        assert said(session, PUSH, b"\xff\xff\xff") == "malformed"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_writes_its_own_kinds_in_its_own_dossier_only(people, role):
    person = people[role]
    with person.greeted() as session:
        for kind, (key, value, allowed) in values(people["respondent"]).items():
            national = kind not in ("answer", "submission")
            for dossier in ("NL", OWN, FOREIGN):
                mine = dossier == ("NL" if national else OWN)
                person.last_number += 1
                edit = person.edit(key, value, dossier=dossier)
                push = messages.Push(
                    incarnation=person.incarnation, edits=[messages.NumberedEdit(number=person.last_number, edit=edit)])
                where = f"{kind} in {dossier}"
                if role in allowed and mine and kind == "revocation":
                    continue  # it would hold; test_refusals_certificates.py revokes somebody
                try:
                    (result,) = session.ask(PUSH, push).results
                    name = result.error.name or "ok"
                except Refused as refused:
                    name = refused.error.name
                    assert role in ("coordinator", "auditor")
                expected = "ok" if role in allowed and mine else "no_right"
                assert (where, name) == (where, expected)


def test_nobody_signs_with_another_name(people):
    anna, bram = people["respondent"], people["lead"]
    with anna.greeted() as session:
        for author in (bram.person, "", "p" + "0" * 16, anna.person + " "):
            assert anna.tell(session, f"answer/{ROUND}/S1.2", level(2), author=author) == "no_right"


def test_a_foreign_dossier_tells_nothing_of_what_is_in_it(people):
    """The same answer whether the record is there or not, and no record comes back."""
    anna, other = people["respondent"], people["other"]
    with other.greeted() as session:
        other.tell(session, f"answer/{ROUND}/S1.5", level(4, remark="geheim"))
        edit = other.record(f"answer/{ROUND}/S1.5").standing
    with anna.greeted() as session:
        for question in ("S1.5", "S2.1", "S99.9"):
            assert anna.tell(session, f"answer/{ROUND}/{question}", level(1), dossier=FOREIGN) == "no_right"
        anna.last_number += 1
        reply = session.ask(PUSH, messages.Push(
            incarnation=anna.incarnation, edits=[messages.NumberedEdit(number=anna.last_number, edit=edit)]))
        assert not reply.records and b"geheim" not in reply.SerializeToString()


def test_a_respondent_sees_no_list_of_participants_and_a_coordinator_only_the_own_area(people):
    def listed(role, area):
        query = messages.Query(participation=messages.ParticipationQuery(round=ROUND, area=area))
        with people[role].greeted() as session:
            return [each.municipality for each in session.ask(QUERY, query).participation.participants]

    with people["respondent"].greeted() as session:
        people["respondent"].tell(session, f"answer/{ROUND}/S2.1", level(1))
    assert listed("central", "NL") and OWN in listed("coordinator", "PV25")
    assert not listed("coordinator", "NL") and not listed("coordinator", "PV26")
    for role in ("respondent", "lead", "executive", "auditor"):
        assert not listed(role, "NL") and not listed(role, "PV25")


def test_invitations_are_for_areas_that_fit_the_role(people):
    def invited(role, *areas):
        with people["central"].greeted() as session:
            return said(session, INVITE, messages.Invite(
                role=model.Role.Value(role), areas=areas, details=model.PersonDetails(name="x")))

    assert invited("ROLE_LEAD", "GM0200") == "ok"
    assert invited("ROLE_LEAD", "GM9999") == "unknown_area"
    assert invited("ROLE_COORDINATOR", "nowhere") in ("unknown_area", "invalid")
    for role, areas in {
        "ROLE_NONE": [], "ROLE_LEAD": [], "ROLE_RESPONDENT": ["GM0200", "GM0307"], "ROLE_EXECUTIVE": ["PV25"],
        "ROLE_COORDINATOR": [], "ROLE_CENTRAL": ["GM0200"],
    }.items():
        assert (role, invited(role, *areas)) == (role, "invalid")
    assert invited("ROLE_COORDINATOR", "GM0200") == "invalid"
    assert invited("ROLE_COORDINATOR", "PV25", "GM0200") == "invalid"


def test_a_further_code_gives_no_other_role_and_no_other_areas(people):
    def invited(role, *areas):
        with people["central"].greeted() as session:
            return said(session, INVITE, messages.Invite(
                role=role, areas=areas, details=model.PersonDetails(person=people["lead"].person)))

    assert invited(model.ROLE_LEAD, OWN) == "ok"
    assert invited(model.ROLE_NONE) == "ok"
    assert invited(model.ROLE_EXECUTIVE, OWN) == "invalid"
    assert invited(model.ROLE_LEAD, FOREIGN) == "invalid"
    assert invited(model.ROLE_LEAD, OWN, FOREIGN) == "invalid"


def test_rights_are_looked_up_at_each_request(people, shared):
    """A session that is open when its person is revoked ends being served at once, reading and writing."""
    anna = shared.person("respondent", FOREIGN)
    central = people["central"]
    with anna.greeted() as session, central.greeted() as other:
        assert said(session, PULL, messages.Pull(dossier="NL")) == "ok"
        assert central.tell(other, f"revocation/{anna.person}", model.Revocation(revoked=True)) == "STANDS"
        for type, message, allowed in REQUESTS.values():
            mine = "respondent" in allowed or not allowed  # what no respondent may ask is told from its type alone
            assert said(session, type, message) == ("revoked" if mine or type == PULL else "no_right")
        assert said(session, PUSH, messages.Push(incarnation=os.urandom(16))) == "revoked"
        again = messages.Invite(role=model.ROLE_NONE, details=model.PersonDetails(person=anna.person))
        assert said(other, INVITE, again) == "revoked"  # a code would be of no use
    with Session(anna.port, anna.key) as session:
        assert said(session, HELLO, messages.Hello(version_min=1, version_max=1, incarnation=bytes(16))) == "revoked"
    with Session(anna.port, anna.key) as session, pytest.raises(Refused, match="revoked"):
        anna.renew(session)


def test_a_revoked_install_leaves_the_persons_other_one(people, shared):
    anna = shared.person("respondent", FOREIGN)
    again = model.PersonDetails(person=anna.person, name="again")
    second = shared.person("", code=shared.code("respondent", FOREIGN, details=again))
    assert second.person == anna.person and second.install != anna.install
    central = people["central"]
    with central.greeted() as session:
        assert central.tell(session, f"revocation/{anna.install}", model.Revocation(revoked=True)) == "STANDS"
        assert central.tell(session, "revocation/p0123456789abcdef", model.Revocation(revoked=True)) == "invalid"
        assert central.tell(session, f"revocation/{second.install}") == "invalid"  # nothing to clear, ever
    with pytest.raises(Refused, match="revoked"):
        anna.greeted()
    with second.greeted() as session:
        assert said(session, PING, messages.Ping()) == "ok"


def test_an_enrolled_install_may_enrol_nobody_twice(people):
    """`enrol` with a certificate is judged by its code alone."""
    with Session(people["lead"].port, people["lead"].key) as session:
        enrol = messages.Enrol(version_min=1, version_max=1, secret=bytes(16), request=people["lead"].key.request)
        assert said(session, ENROL, enrol) == "code_unknown"
