"""Commands are a contract: exit statuses, one JSON object, refusals with a name, in the person's language."""

import os
import re
from contextlib import closing

import pytest

from tests.support.processes import ATTENTION, CLIENT, DONE, FAILED, OFFLINE, ROUND, USAGE, Home, Server, run

OFFLINE_COMMANDS = ["questions", "score", "compare", "submit", "fill"]
ONLINE_COMMANDS = ["benchmark", "watch"]


def test_commands_tell_by_their_exit_status_how_it_went(team):
    lead = team.person("lead", "GM0200")
    anna = team.person("respondent", "GM0200")
    lead.run("answer", ROUND, "S1.1", "3", expect=DONE)
    lead.run("answer", ROUND, "S1.1", "9", expect=FAILED)
    lead.run("answer", expect=USAGE)
    anna.answer("S1.1", "1")
    lead.sync()
    anna.run("sync", expect=ATTENTION)
    team.server.stop()
    for command in OFFLINE_COMMANDS:
        lead.run(command, ROUND, expect=DONE)
    for command in ONLINE_COMMANDS:
        assert lead.json(command, ROUND, expect=OFFLINE)["error"]["name"]


@pytest.mark.parametrize("command", [*OFFLINE_COMMANDS, *ONLINE_COMMANDS, "answer", "adopt"])
def test_commands_refuse_wrong_use_with_how_it_is_used(tmp_path, team, command):
    home = team.person("lead", "GM0200", sync=False)
    for words in ([], ["--nonsense", ROUND], [ROUND, "S1.1", "3", "4"]):
        english = home.run(command, *words, expect=USAGE)
        assert english.out == "" and f"Usage: cimonitor {command}" in english.err
        assert "Gebruik: cimonitor" in home.run(command, *words, expect=USAGE, CIMONITOR_LANG="nl").err
    new = Home(tmp_path / "new").run(command, ROUND, expect=FAILED)
    assert "enrol CODE" in new.err
    assert home.json(command, expect=USAGE)["error"]["name"] == "usage"


def test_commands_take_home_json_and_help_before_and_after_their_name(team, tmp_path):
    home = team.person("lead", "GM0200").path
    asked = run([CLIENT, "--home", home, "--json", "score", ROUND]).json
    for words in (
        ["score", ROUND, "--home", home, "--json"], ["score", f"--home={home}", ROUND, "--json"],
        ["--json", "score", "--home", home, ROUND], [f"--home={home}", "score", "--json", ROUND],
    ):
        assert run([CLIENT, *words]).json == asked
    page = run([CLIENT, "help", "score"]).out
    assert page.startswith("cimonitor score ROUND")
    for words in (["--help", "score"], ["score", "--help"], ["score", "-h", ROUND], ["help", "score", "--home", home]):
        assert run([CLIENT, *words]).out == page
    everything = run([CLIENT, "help"]).out
    assert run([CLIENT, "--help"]).out == everything == run([CLIENT, "--home", home, "--help"]).out
    for words in (["help", "scor"], ["scor"], ["scor", "--help"], ["--nonsense", "score"]):
        assert "cimonitor help" in run([CLIENT, *words], expect=USAGE).err
    for words in (["score", ROUND, "--home"], ["--home"], ["--home=", "score", ROUND], ["score", ROUND, "--home", ""]):
        assert "--home: give a folder" in run([CLIENT, *words], expect=USAGE, HOME=tmp_path).err
    Home(home).answer("S3.5", "--", "--json")  # after -- everything is text
    assert Home(home).json("questions", ROUND, "--theme", "S3")["questions"][4]["value"] == "--json"


def test_commands_each_have_a_page_in_both_languages():
    names = [line.split()[0] for line in run([CLIENT, "help"]).out.splitlines() if line.startswith("  ")]
    assert len(names) > 15
    for name in names:
        english, dutch = (run([CLIENT, name, "--help"], CIMONITOR_LANG=language).out for language in ("en", "nl"))
        assert english.startswith(f"cimonitor {name}") and dutch.startswith(f"cimonitor {name}")
        assert english.splitlines()[2:] != dutch.splitlines()[2:]


def test_commands_are_used_in_dutch_words_where_somebody_reads_dutch(team):
    english = {each["name"]: each for each in run([CLIENT, "help", "--json"]).json["commands"]}
    dutch = {each["name"]: each for each in run([CLIENT, "--json", "help"], CIMONITOR_LANG="nl").json["commands"]}
    foreign = set().union(*(re.findall("[A-Z]{2,}", each["usage"]) for each in english.values()))
    foreign -= {"CODE", "ID"}  # as good in Dutch
    assert english.keys() == dutch.keys() and len(foreign) > 15
    for each in dutch.values():
        assert not foreign & set(re.findall("[A-Z]{2,}", each["usage"] + each["summary"] + each["help"])), each["name"]
    assert dutch["publish"]["usage"] == "publish BESTAND.yaml [--dry-run]"
    assert run([CLIENT, "help", "score", "--json"]).json == english["score"] == run([CLIENT, "score", "--help", "--json"]).json
    said = team.central.run("score", expect=USAGE, CIMONITOR_LANG="nl").err
    assert "Gebruik: cimonitor score RONDE [--by-spend]" in said


def test_commands_refuse_what_the_server_does_not_know_in_its_words(team):
    central = team.central
    for command in ONLINE_COMMANDS:
        error = central.json(command, "1999", expect=FAILED)["error"]
        assert error["name"] and error["text"]
        assert central.json(command, ROUND, "--node", "S9.9", expect=FAILED)["error"]["text"]


def test_commands_pass_on_by_what_code_the_server_refuses(team):
    for command in ONLINE_COMMANDS:
        error = team.central.json(command, "1999", expect=FAILED)["error"]
        assert error["name"] == "refused"
        assert error["server"] == {"code": 23, "name": "unknown_round", "retry": False, "retry_after_ms": 0}


def test_commands_do_not_mix_languages_in_a_sentence(team):
    home = team.person("respondent", "GM0200")
    assert "kan niet gelezen worden" in home.run("answer", ROUND, "--from", "/nope", expect=FAILED, CIMONITOR_LANG="nl").err
    team.server.stop()
    dutch, technical = home.run("sync", expect=OFFLINE, CIMONITOR_LANG="nl").err.splitlines()
    assert dutch.endswith("Probeer het later.") and technical.startswith("Technische melding, in het Engels: ")
    assert home.run("sync", expect=OFFLINE).err.count("\n") == 1


def test_commands_warn_of_another_server_in_one_language(team, tmp_path):
    code = team.central.invite("respondent", "GM0200")
    team.server.stop()
    (tmp_path / "other").mkdir()
    with closing(Server(tmp_path / "other")) as other:
        other.port, other.address, other.name = team.server.port, team.server.address, team.server.name
        other.init()
        other.start()
        new = Home(tmp_path / "new")
        dutch = new.run("enrol", code, expect=FAILED, CIMONITOR_LANG="nl").err
        assert "niet de server waar de code voor is" in dutch and "Engels" not in dutch and "weigert" not in dutch
        assert new.json("enrol", code, expect=FAILED)["error"]["name"] == "untrusted"


def test_an_invitation_says_which_areas_go_with_a_role(team):
    wrong = {"respondent": ["PV25"], "lead": [], "executive": ["GM0200", "GM0202"], "coordinator": ["GM0200"],
             "central": ["PV25"]}
    for role, areas in wrong.items():
        words = [word for area in areas for word in ("--area", area)]
        said = team.central.json("invite", "--role", role, "--name", "A", *words, expect=USAGE)["error"]
        assert "--area" in said["text"]


def test_commands_take_hostile_text_as_text(team):
    home = team.person("lead", "GM0200")
    hostile = '"}]\\u0000 %s%n <b>&amp;</b> $(reboot)'
    home.answer("S1.1", "3", "--remark", hostile, "--note", "regel 1\nregel 2")
    row = home.json("questions", ROUND, "--theme", "S1")["questions"][0]
    assert (row["remark"], row["note"]) == (hostile, "regel 1\nregel 2")
    for wrong in ("\x1b[2J", "\udcff\udcfe", "x" * 4001, "a\u202eb"):  # a terminal's commands, no UTF-8, too long, turned round
        home.run("answer", ROUND, "S1.1", "--remark", wrong, expect=FAILED)
        assert home.json("questions", ROUND, "--theme", "S1")["questions"][0] == row
    for typed in ("%s%n%s", "\x1b[2J", "\udcff", "é" * 30):
        for words in (("answer", ROUND, typed, "3"), ("benchmark", ROUND, "--area", typed), (typed,)):
            status = USAGE if words == (typed,) else FAILED
            assert home.json(*words, expect=status)["error"]["text"]
            assert "\x1b" not in home.run(*words, expect=status).err
    home.run("score", "%n", expect=FAILED)
    home.run("score", "x" * 5000, expect=FAILED)
    home.run("score", "../../etc", expect=FAILED)


@pytest.mark.parametrize("command", ["score", "compare", "fill", "questions", "submit", "adopt"])
def test_a_wrong_option_is_said_once(tmp_path, team, command):
    home = team.person("executive", "GM0200", sync=False)
    said = home.run(command, ROUND, "--nonsense", "--json", expect=USAGE)
    assert said.json["error"]["text"] and said.out.count("{") == said.out.count("}") == 2


def test_a_name_of_a_file_that_is_not_utf_8_is_said_as_far_as_it_can_be(team, tmp_path):
    home = team.person("respondent", "GM0200")
    home.answer("S1.1", "3")
    name = os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.bundle")
    made = home.run("bundle", name, "--json").json
    assert made["edits"] == 1 and made["file"].endswith("/b?.bundle")
    assert os.path.exists(name)
