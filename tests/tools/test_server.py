"""Ports and running servers."""

import json
import os
import socket

import pytest

from tools.dev.errors import DevError
from tools.dev.paths import Paths
from tools.dev.server import check_port, free_port, running_servers
from tools.dev.serving import ADMINISTRATOR, logins


@pytest.fixture
def paths(tmp_path):
    made = Paths(tmp_path)
    made.make()
    return made


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_refused_and_its_owner_named(paths, taken_port):
    with pytest.raises(DevError) as refusal:
        check_port(paths, taken_port)
    text = str(refusal.value)
    assert f"Port {taken_port} is taken by process {os.getpid()}" in text
    assert "--port" in text


def test_a_port_taken_by_our_own_server_says_how_to_stop_it(paths, taken_port, monkeypatch):
    monkeypatch.setattr("tools.dev.server.command_line", lambda pid: "python odoo")
    record = {"database": "other", "port": taken_port, "pid": os.getpid()}
    (paths.run / "other.json").write_text(json.dumps(record))
    with pytest.raises(DevError, match="./dev stop --db other"):
        check_port(paths, taken_port)


def test_a_free_port_is_accepted(paths):
    check_port(paths, free_port(23000))


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_does_not_exist_is_refused(paths, port):
    with pytest.raises(DevError, match="does not exist"):
        check_port(paths, port)


def test_records_of_dead_servers_are_removed(paths):
    (paths.run / "dead.json").write_text(json.dumps({"database": "dead", "port": 1, "pid": 2**22 + 1}))
    (paths.run / "broken.json").write_text("{")
    assert running_servers(paths) == []
    assert list(paths.run.iterdir()) == []


def test_a_reused_process_number_is_no_server(paths):
    """Process 1 lives, but it is no Odoo."""
    (paths.run / "x.json").write_text(json.dumps({"database": "x", "port": 1, "pid": 1}))
    assert running_servers(paths) == []


# ---------------------------------------------------------------------- logins


@pytest.fixture
def addon(tmp_path):
    (tmp_path / "bank_a" / "demo").mkdir(parents=True)
    (tmp_path / "bank_a" / "__manifest__.py").write_text("{'name': 'A'}")
    return tmp_path / "bank_a"


def test_the_administrator_can_always_log_in(addon):
    assert logins(addon.parent) == [ADMINISTRATOR]


def test_logins_of_the_demonstration_data_are_shown(addon):
    row = {"login": "li", "password": "demo", "role": "relationship manager"}
    (addon / "demo" / "logins.json").write_text(json.dumps([row]))
    assert logins(addon.parent) == [ADMINISTRATOR, row]


def test_an_incomplete_file_of_logins_is_named(addon):
    (addon / "demo" / "logins.json").write_text('[{"login": "li"}]')
    with pytest.raises(DevError, match="logins.json must be a list of objects with login, password and role"):
        logins(addon.parent)
