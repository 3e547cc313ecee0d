"""Handing in: filled in, submitted, sent back and adopted are different things, each by who may, over exact answers."""

from tests.support.crowd import GELDERLAND, figure, fill
from tests.support.processes import ATTENTION, FAILED, ROUND, USAGE


def state_of(team, municipality="GM0200"):
    report = team.central.json("benchmark", ROUND, "--area", "PV25", "--node", "S1.1")
    return next(row["state"] for row in report["participation"]["participants"] if row["municipality"] == municipality)


def refusal(home, *words, expect=FAILED):
    return home.json(*words, expect=expect)["error"]["name"]


def test_handing_in_is_for_the_lead_or_executive_and_adopting_for_the_executive(team):
    anna, lead, board = (team.person(role, "GM0200") for role in ("respondent", "lead", "executive"))
    anna.answer("S1.1", "3")
    anna.sync()
    assert refusal(anna, "submit", ROUND) == "no_right" and refusal(anna, "adopt", ROUND) == "no_right"
    assert refusal(lead, "submit", ROUND) == "nothing_answered"  # it has not heard yet
    assert refusal(board, "adopt", ROUND) == "wrong_state"
    lead.sync()
    report = lead.json("submit", ROUND)
    assert (report["state"], report["answers"], report["municipality"]) == ("submitted", 1, "GM0200")
    assert state_of(team) == "draft"  # not before the server has it
    lead.sync()
    assert state_of(team) == "submitted"
    assert refusal(lead, "adopt", ROUND) == "no_right"
    board.sync()
    assert board.json("adopt", ROUND)["state"] == "adopted"
    board.sync()
    assert state_of(team) == "adopted"
    lead.sync()
    assert refusal(lead, "submit", ROUND) == "wrong_state"
    assert "al vastgesteld" in lead.run("submit", ROUND, expect=FAILED, CIMONITOR_LANG="nl").err
    for command in "submit", "adopt":
        lead.run(command, expect=USAGE)
        assert refusal(lead, command, "1999") == "unknown_round"


def test_handing_in_twice_is_refused_at_once(team):
    lead, board = team.person("lead", "GM0200"), team.person("executive", "GM0200")
    lead.answer("S1.1", "3")
    lead.run("submit", ROUND)
    for synced in False, True:
        error = lead.json("submit", ROUND, expect=FAILED)["error"]
        assert error["name"] == "already_submitted" and "nothing has changed since" in error["text"]
        assert lead.json("status")["unsent"] == (0 if synced else 2)
        lead.sync()
    assert "niets veranderd" in lead.run("submit", ROUND, expect=FAILED, CIMONITOR_LANG="nl").err
    lead.answer("S1.1", "2")
    lead.answer("S1.2", "2")
    error = lead.json("submit", ROUND, expect=FAILED)["error"]
    assert error["name"] == "already_submitted" and "S1.1, S1.2" in error["text"] and "--request-changes" in error["text"]
    lead.sync()
    board.sync()
    assert refusal(board, "submit", ROUND) == "already_submitted"
    told = board.json("adopt", ROUND, "--request-changes")
    assert told["changed_since"] == ["S1.1", "S1.2"]
    board.sync()
    lead.sync()
    assert lead.json("submit", ROUND)["answers"] == 2  # and now it may
    lead.sync()


def test_adopting_says_what_was_changed_since_it_was_submitted(team):
    lead, board = team.person("lead", "GM0200"), team.person("executive", "GM0200")
    lead.answer("S1.1", "3")
    lead.run("submit", ROUND)
    lead.sync()
    assert "submitted already" in lead.answer("S1.1", "1").out
    lead.sync()
    board.sync()
    said = board.run("adopt", ROUND).out
    assert "Adopted" in said and "S1.1" in said and "as it was submitted" in said
    assert refusal(board, "adopt", ROUND) == "wrong_state"
    assert "adopted already" in board.run("adopt", ROUND, expect=FAILED).err
    assert "al vastgesteld" in board.run("adopt", ROUND, "--request-changes", expect=FAILED, CIMONITOR_LANG="nl").err


def test_handing_in_ends_with_the_round(team):
    board = team.person("executive", "GM0200")
    board.answer("S1.1", "3")
    board.run("submit", ROUND)
    board.sync()
    team.central.run("round", "close", ROUND)
    team.central.sync()
    board.sync()
    for command in "submit", "adopt":
        assert refusal(board, command, ROUND) == "round_closed"


def test_handing_in_again_after_changes_were_requested(team):
    lead, board = team.person("lead", "GM0200"), team.person("executive", "GM0200")
    lead.answer("S1.1", "3")
    lead.run("submit", ROUND)
    lead.sync()  # the answer and the submission over it in one go
    board.sync()
    assert "Teruggestuurd" in board.run("adopt", ROUND, "--request-changes", CIMONITOR_LANG="nl").out
    board.sync()
    assert state_of(team) == "changes_requested"
    assert refusal(board, "adopt", ROUND) == "wrong_state"
    lead.sync()
    lead.answer("S1.2", "2")
    said = lead.run("submit", ROUND).out
    assert "Submitted on this computer: 2 answers" in said and "74 are still open" in said
    lead.sync()
    board.sync()
    board.run("adopt", ROUND)
    board.sync()
    assert state_of(team) == "adopted"


def test_handing_in_is_refused_where_the_server_has_other_answers(team):
    lead, anna = team.person("lead", "GM0200"), team.person("respondent", "GM0200")
    lead.answer("S1.1", "3")
    lead.sync()
    anna.sync()
    anna.answer("S1.1", "1")
    anna.sync()
    lead.run("submit", ROUND)  # has not seen the newer answer
    lead.sync(expect=ATTENTION)
    rejected = lead.json("status", expect=ATTENTION)["attention"]
    assert [row["key"] for row in rejected] == [f"submission/{ROUND}"]
    assert state_of(team) == "draft"
    assert lead.json("submit", ROUND)["answers"] == 1  # now it has seen it
    lead.sync(expect=None)
    assert state_of(team) == "submitted"


def test_handing_in_waits_until_answers_side_by_side_are_chosen_from(team):
    lead, anna = team.person("lead", "GM0200"), team.person("respondent", "GM0200")
    lead.answer("S1.1", "3")
    anna.answer("S1.1", "1")
    lead.sync()
    anna.sync(expect=ATTENTION)
    lead.sync(expect=ATTENTION)
    error = lead.json("submit", ROUND, expect=FAILED)["error"]
    assert error["name"] == "conflicts_open" and "S1.1" in error["text"]


def test_handing_in_and_adopting_puts_the_submitted_answers_in_the_adopted_figures(team):
    boards = [team.person("executive", area) for area in GELDERLAND[:5]]
    for level, board in enumerate(boards):
        fill(board, str(level), most=10)  # whoever adopted is in, however little is filled in
        board.run("submit", ROUND)
        board.sync()
        if level < 4:
            board.run("adopt", ROUND)
            board.sync()
    adopted = ("benchmark", ROUND, "--area", "PV25", "--node", "S1.1", "--adopted")
    boards[4].run("adopt", ROUND)
    boards[4].sync()
    boards[0].answer("S1.1", "4")  # what is adopted stands
    boards[0].sync(expect=None)
    five = team.central.json(*adopted)
    assert five["basis"] == "adopted" and five["participation"]["adopted"] == 5
    assert figure(five, "PV25", "S1.1") == {"node": "S1.1", "shown": "withheld"}  # the fifth would have moved it alone
    team.central.run("round", "close", ROUND)
    team.central.sync()
    team.central.run("round", "release", ROUND)
    team.central.sync()
    five = team.central.json(*adopted)
    assert (figure(five, "PV25", "S1.1")["count"], figure(five, "PV25", "S1.1")["mean"]) == (5, 50)
    live = team.central.json(*adopted[:-1])
    assert figure(live, "PV25", "S1.1")["shown"] == "withheld"  # nobody is at 80 %
