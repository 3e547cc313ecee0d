"""stranger.py: a whole client, written from proto/PROTOCOL.md and the two .proto files alone.

A Stranger enrols, greets, keeps records and cursors, numbers and pushes what it wrote, and checks what the page promises
as it goes. Knows nothing of how the server or our own client are made.
"""

import hashlib
import os
import subprocess

from proto import model_pb2 as model
from tests.support.protocol import (
    INVITE, MORE, PULL, PUSH, RENEW, Key, Refused, Session, ca_behind, code_parts, messages)


def digest(data):
    return hashlib.sha256(data).digest()


def public_key(certificate):
    """SubjectPublicKeyInfo of a certificate, all in DER."""
    pem = subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-pubkey", "-noout"], input=certificate, capture_output=True, check=True)
    return subprocess.run(
        ["openssl", "pkey", "-pubin", "-outform", "DER"], input=pem.stdout, capture_output=True, check=True).stdout


def value_of(record):
    return record.standing.value


def level(number, **more):
    """An answer to a maturity question."""
    return model.Answer(value=model.AnswerValue(level=number), **more)


class Stranger:
    def __init__(self, code, folder, port=None):
        """`port`: where the server is reached, if not where the code says."""
        address, secret, fingerprint = code_parts(code)
        self.port = port or int(address.rsplit(":", 1)[1])
        self.key = Key(folder)
        ca = ca_behind(self.port)
        assert digest(ca)[:16] == fingerprint, "another server's CA"
        with Session(self.port, ca=ca) as session:
            self.certificate = session.enrol(code, self.key)
        self.ca = self.certificate.ca
        assert self.ca == ca
        self.person, self.install = self.certificate.person, self.certificate.install
        self.incarnation = os.urandom(16)
        self.last_number = 0
        self.outbox = []  # NumberedEdit
        self.records = {}  # dossier → key → Record
        self.details = {}
        self.cursors = {}

    def greeted(self, **fields):
        """A session that has said hello. What the server says of us is in `self.greeting`."""
        session = Session(self.port, self.key, ca=self.ca)
        self.greeting = session.hello(**{
            "incarnation": self.incarnation, "last_number": self.last_number,
            "sent": [messages.SentEdit(number=each.number, edit=each.edit.id) for each in self.outbox], **fields})
        return session

    @property
    def municipality(self):
        return self.certificate.areas[0] if len(self.certificate.areas) == 1 else "NL"

    # ---- pulling -------------------------------------------------------------------------------------------------

    def page(self, session, dossier, cursor=None):
        """One page, as it came; nothing is kept."""
        session.send(PULL, messages.Pull(dossier=dossier, cursor=self.cursors.get(dossier, b"") if cursor is None else cursor))
        frame = session.receive()
        if isinstance(frame.message, messages.Error):
            raise Refused(frame.message)
        assert bool(frame.flags & MORE) == (not frame.message.complete)
        return frame.message

    def pull(self, session, dossier=None):
        """Everything of the dossiers that the server named; the number of items that came."""
        count = 0
        for each in [dossier] if dossier else self.greeting.dossiers:
            brought, snapshot = {}, False
            while True:
                page = self.page(session, each)
                assert len(page.cursor) <= 128
                count += len(page.items)
                snapshot = snapshot or page.snapshot
                for item in page.items:
                    self.keep(item.record, brought)
                    if item.HasField("details"):
                        self.details[item.details.person] = item.details
                self.cursors[each] = page.cursor
                if page.complete:
                    break
            self.records[each] = brought if snapshot else {**self.records.get(each, {}), **brought}
        return count

    @staticmethod
    def keep(sealed, records):
        assert len(sealed.seal) == 32 and sealed.seal_key > 0
        records[sealed.key] = model.Record.FromString(sealed.record)
        assert records[sealed.key].place.position > 0 and len(records[sealed.key].place.hash) == 16

    def record(self, key, dossier=None):
        return self.records.get(dossier or self.municipality, {}).get(key)

    def of_round(self, round):
        """Hash of the questionnaire version that a round asks."""
        return model.Round.FromString(value_of(self.record(f"round/{round}", "NL"))).questionnaire_hash

    # ---- writing -------------------------------------------------------------------------------------------------

    def word(self, key, dossier):
        """Our own latest word on a key, as section 6 has it; None: there is none."""
        unsent = [each.edit for each in self.outbox if each.edit.key == key and each.edit.dossier == dossier]
        record = self.record(key, dossier)
        heads = [record.standing, *record.rivals] if record else []
        own = [head for head in heads if head.author == self.person]
        return next(iter(unsent[::-1] + own + heads), None)

    def edit(self, key, value=None, dossier=None, resolves=(), **fields):
        """An edit as the page wants it; `fields` spoil it. `value` None: cleared."""
        dossier = dossier or self.municipality
        edit = model.Edit(id=os.urandom(16), dossier=dossier, key=key, author=self.person, written_ms=1)
        if value is None:
            edit.cleared = True
        else:
            edit.value = value if isinstance(value, bytes) else value.SerializeToString(deterministic=True)
        base = self.word(key, dossier)
        if base:
            edit.base_edit, edit.base_digest = base.id, digest(base.value)
            edit.seen.extend([base.id, *resolves])
        if key.startswith("answer/") and self.record("round/" + key.split("/")[1], "NL"):
            edit.questionnaire = self.of_round(key.split("/")[1])
        for name, given in fields.items():
            edit.ClearField(name)
            getattr(edit, name).extend(given) if isinstance(given, list) else setattr(edit, name, given)
        return edit

    def write(self, key, value=None, **fields):
        """Into the outbox, under the next number."""
        self.last_number += 1
        edit = self.edit(key, value, **fields)
        self.outbox.append(messages.NumberedEdit(number=self.last_number, edit=edit))
        return edit

    def answer(self, round, question, value, **fields):
        return self.write(f"answer/{round}/{question}", value, **fields)

    def push(self, session):
        """What is in the outbox; the results. Refused edits leave the outbox too."""
        reply = session.ask(PUSH, messages.Push(incarnation=self.incarnation, edits=self.outbox[:256]))
        assert [each.edit for each in reply.results] == [each.edit.id for each in self.outbox[:256]]
        for sealed in reply.records:
            self.keep(sealed, self.records.setdefault(sealed.dossier, {}))
        del self.outbox[:256]
        return list(reply.results)

    def tell(self, session, key, value=None, **fields):
        """One edit, pushed: the name of what became of it, or of the error that refused it."""
        self.write(key, value, **fields)
        (result,) = self.push(session)
        return result.error.name if result.HasField("error") else OUTCOME.Name(result.outcome)

    def new_incarnation(self):
        """What a clone does: what is unsent is numbered from 1."""
        self.incarnation = os.urandom(16)
        for number, each in enumerate(self.outbox, 1):
            each.number = number
        self.last_number = len(self.outbox)

    # ---- people --------------------------------------------------------------------------------------------------

    def invite(self, session, role, *areas, **fields):
        """Central only: a code."""
        invite = messages.Invite(role=model.Role.Value("ROLE_" + role.upper()), areas=areas, **fields)
        invite.details.name = invite.details.name or f"{role} {' '.join(areas)}"
        return session.ask(INVITE, invite).code

    def renew(self, session, key=None):
        """With a new key, where one is given."""
        key = key or self.key
        self.certificate = session.ask(RENEW, messages.Renew(request=key.request))
        key.keep(self.certificate)
        self.key, self.install = key, self.certificate.install
        return self.certificate


OUTCOME = messages.PushResult.Outcome


class Strangers:
    """A server's people, each a Stranger: strangers.person("respondent", "GM0200")."""

    def __init__(self, server, folder, code=None):
        """`code`: of the central team's install, where the first one is used up."""
        self.server, self.folder, self.count = server, folder, 0
        self.central = Stranger(code or server.first_code, folder / "stranger-central", server.port)

    def code(self, role, *areas, **fields):
        with self.central.greeted() as session:
            return self.central.invite(session, role, *areas, **fields)

    def person(self, role, *areas, code=None):
        """Enrolled, and in step."""
        self.count += 1
        stranger = Stranger(code or self.code(role, *areas), self.folder / f"stranger-{self.count}", self.server.port)
        with stranger.greeted() as session:
            stranger.pull(session)
        return stranger
