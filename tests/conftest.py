"""conftest.py: what a story can ask for. Each test has a server, folder and port of its own, and they go with it."""

import sys
from contextlib import closing

import pytest

from tests.support.processes import BUILD, Server, Team
from tests.support.proxy import Proxy

sys.path.append(str(BUILD))  # the messages that protoc made

from tests.support.stranger import Strangers  # noqa: E402


@pytest.fixture
def cold_server(tmp_path):
    """Initialised, not running."""
    with closing(Server(tmp_path)) as server:
        server.init()
        yield server


@pytest.fixture
def server(cold_server):
    """Running."""
    return cold_server.start()


@pytest.fixture
def team(server, tmp_path):
    """A running server with an enrolled central team: team.central, team.person("respondent", "GM0200")."""
    return Team(tmp_path, server)


@pytest.fixture
def strangers(server, tmp_path):
    """The same, by the raw protocol: strangers.central, strangers.person("respondent", "GM0200")."""
    return Strangers(server, tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Strangers of one server for all tests of a file; each must leave it as others can use it."""
    folder = tmp_path_factory.mktemp("shared")
    with closing(Server(folder)) as server:
        server.init()
        yield Strangers(server.start(), folder)


@pytest.fixture
def networked(tmp_path):
    """(team, proxy): installs reach the running server through the proxy only, which can fail in every way."""
    proxy = Proxy()
    with closing(Server(tmp_path, name_port=proxy.port)) as server:
        proxy.target = server.port
        server.init()
        yield Team(tmp_path, server.start()), proxy
        proxy.down()
