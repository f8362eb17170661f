"""What is kept in `.dev/`: keys, stamps, locks, the place of the database cluster."""

import multiprocessing
import os
import stat
import time
from pathlib import Path

import pytest

from tests.access.tally import Tally, table
from tools.dev.addons import addon_names, content_hash, outside_dependencies
from tools.dev.errors import DevError
from tools.dev.keys import development_keys
from tools.dev.lock import exclusive
from tools.dev.paths import Paths
from tools.dev.postgres import SOCKET_PATH_LIMIT, choose_places
from tools.dev.server import free_port
from tools.dev.stamps import Stamp, digest
from tools.dev.testing import only_plain, selection

# ---------------------------------------------------------------------- keys


def test_keys_are_made_once_and_are_private(tmp_path):
    path = tmp_path / ".dev" / "keys.env"
    first = development_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert development_keys(path) == first
    assert set(first) == {"BANK_CRM_KEYS", "BANK_CRM_HASH_KEY"}


def test_the_encryption_key_is_a_fernet_key(tmp_path):
    fernet = pytest.importorskip("cryptography.fernet")
    key = development_keys(tmp_path / "keys.env")["BANK_CRM_KEYS"]
    assert fernet.Fernet(key).decrypt(fernet.Fernet(key).encrypt(b"x")) == b"x"


def test_a_key_file_that_others_can_read_is_closed(tmp_path):
    path = tmp_path / "keys.env"
    development_keys(path)
    path.chmod(0o644)
    development_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_working_copies_have_different_keys(tmp_path):
    assert development_keys(tmp_path / "a.env") != development_keys(tmp_path / "b.env")


# ---------------------------------------------------------------------- stamps and locks


def test_a_stamp_is_current_only_for_what_it_was_made_from(tmp_path):
    stamp = Stamp(tmp_path / "x" / ".complete", digest("one"))
    assert not stamp.is_current()
    stamp.write()
    assert stamp.is_current()
    assert not Stamp(stamp.path, digest("two")).is_current()


def test_digests_do_not_run_together():
    assert digest("ab", "c") != digest("a", "bc")


def _hold(path, entered, seconds):
    with exclusive(path, "a test"):
        entered.set()
        time.sleep(seconds)


def test_a_second_set_up_waits_and_says_for_whom(tmp_path, capsys):
    path, entered = tmp_path / "setup.lock", multiprocessing.Event()
    other = multiprocessing.Process(target=_hold, args=(path, entered, 0.5))
    other.start()
    assert entered.wait(10)
    started = time.monotonic()
    with exclusive(path, "the set-up"):
        waited = time.monotonic() - started
    other.join()
    assert waited > 0.2
    assert f"another ./dev (process {other.pid}) is busy with the set-up" in capsys.readouterr().out


def test_the_lock_of_a_killed_process_blocks_nobody(tmp_path, capsys):
    path, entered = tmp_path / "setup.lock", multiprocessing.Event()
    other = multiprocessing.Process(target=_hold, args=(path, entered, 60))
    other.start()
    assert entered.wait(10)
    other.kill()
    other.join()
    with exclusive(path, "the set-up"):
        assert "waiting" not in capsys.readouterr().out


# ---------------------------------------------------------------------- the database cluster


def test_the_cluster_is_in_the_repository_where_possible(tmp_path):
    paths = Paths(Path("/srv/crm"))
    places = choose_places(paths, can_enter=lambda folder: True)
    assert (places.base, places.socket, places.remarks) == (paths.state / "pg", paths.state / "pg" / "run", ())


def test_a_folder_that_the_database_user_cannot_enter_is_avoided_aloud():
    paths = Paths(Path("/srv/closed/crm"))
    places = choose_places(paths, can_enter=lambda folder: False, elsewhere=Path("/var/tmp"))
    assert places.base == Path(f"/var/tmp/bank-crm-{paths.fingerprint}")
    assert "cannot enter" in places.remarks[0]
    assert str(places.base) in places.remarks[0]


def test_a_path_too_long_for_a_socket_is_avoided_aloud():
    paths = Paths(Path("/srv") / ("long" * 30))
    places = choose_places(paths, can_enter=lambda folder: True)
    assert places.base == paths.state / "pg", "only the socket moves"
    assert len(os.fsencode(places.socket / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
    assert "too long for a socket" in places.remarks[0]


def test_the_longest_path_that_fits_is_used():
    room = SOCKET_PATH_LIMIT - len("/.dev/pg/run/.s.PGSQL.5432")
    fits, too_long = (Paths(Path("/" + "x" * (room - 1 + more))) for more in (0, 1))
    assert choose_places(fits, can_enter=lambda folder: True).remarks == ()
    assert choose_places(too_long, can_enter=lambda folder: True).remarks


def test_long_paths_count_in_bytes():
    paths = Paths(Path("/srv") / ("银行" * 15))
    assert choose_places(paths, can_enter=lambda folder: True).remarks


# ---------------------------------------------------------------------- addons


@pytest.fixture
def root(tmp_path):
    for name, depends in (("bank_a", ["crm", "contacts"]), ("bank_b", ["bank_a", "survey"])):
        folder = tmp_path / name
        for inside in ("models", "tests", "static", "demo"):
            (folder / inside).mkdir(parents=True)
        (folder / "__manifest__.py").write_text(repr({"name": name, "depends": depends}))
        (folder / "models" / "thing.py").write_text("x = 1\n")
    (tmp_path / "docs").mkdir()
    return tmp_path


def test_addons_are_found_by_their_manifests(root):
    assert addon_names(root) == ["bank_a", "bank_b"]
    assert outside_dependencies(root) == ["contacts", "crm", "survey"]


def test_a_repository_without_addons_says_so(tmp_path):
    with pytest.raises(DevError, match="No addon"):
        addon_names(tmp_path)


def test_a_broken_manifest_is_named(root):
    (root / "bank_a" / "__manifest__.py").write_text("{'name': ")
    with pytest.raises(DevError, match="bank_a/__manifest__.py is not a valid manifest"):
        outside_dependencies(root)


@pytest.mark.parametrize(
    ("name", "reinstalls"),
    [("models/thing.py", True), ("models/new.py", True), ("views/x.xml", True), ("security/ir.model.access.csv", True),
     ("tests/test_x.py", False), ("static/x.js", False), ("models/__pycache__/x.py", False), ("README.md", False),
     ("demo/x.xml", False), ("i18n/zh_CN.po", False)],
)  # fmt: skip
def test_only_what_is_installed_counts_for_the_cached_database(root, name, reinstalls):
    before = content_hash(root / "bank_a")
    path = root / "bank_a" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("changed\n")
    assert (content_hash(root / "bank_a") != before) is reinstalls


@pytest.mark.parametrize("name", ["demo/x.xml", "i18n/zh_CN.po"])
def test_a_database_for_people_counts_demonstration_data_and_translations_too(root, name):
    before = content_hash(root / "bank_a", with_demo=True, everything=True)
    path = root / "bank_a" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("changed\n")
    assert content_hash(root / "bank_a", with_demo=True, everything=True) != before


# ---------------------------------------------------------------------- choosing tests


@pytest.mark.parametrize(
    ("arguments", "plain"),
    [(["tests/tools"], True), (["tests/tools/test_cli.py::test_x", "-k", "y"], True), (["-x", "tests/berka/"], True),
     (["tests/tools", "bank_a/tests"], False), ([], False), (["-k", "tools"], False), (["tests"], False)],
)  # fmt: skip
def test_plain_tests_are_recognized(root, arguments, plain):
    for folder in ("tests/tools", "tests/berka", "bank_a/tests"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "tests/tools/test_cli.py").touch()
    assert only_plain(arguments, root) is plain


# ---------------------------------------------------------------------- both cores


def test_the_whole_suite_runs_in_two_processes():
    assert selection([]) == ["-n", "2"]


@pytest.mark.parametrize("arguments", [["bank_crm/tests/tier", "-k", "downgrade"], ["-x"], ["-n", "3"]])
def test_a_narrow_run_is_left_as_it_was_asked_for(arguments):
    assert selection(arguments) == arguments


def test_what_several_processes_tried_is_added_up():
    one, other = Tally(), Tally()
    one.count("read", True, "seen")
    one.count("over HTTP", True, "seen")
    other.count("read", False, "a leak")
    lines = [line.split() for line in table([one.totals(), {}, other.totals()])]
    assert lines[1:] == [["over", "HTTP", "1", "0"], ["read", "2", "1"], ["total", "3", "1"]]


def test_processes_at_once_look_for_ports_in_different_places(monkeypatch):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    alone = free_port(23000)
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw1")
    assert 23000 <= alone < 24000 <= free_port(23000) < 25000
