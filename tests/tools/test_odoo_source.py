"""Which Odoo is used, and what happens to a damaged, replaced or half-fetched one."""

import dataclasses
import hashlib

import pytest

from tools.dev import odoo_source
from tools.dev.errors import DevError, PackageGone
from tools.dev.odoo_source import ensure_odoo
from tools.dev.paths import Paths
from tools.dev.pins import Pin, check_package, find_package, load_pins, version_in_file_name

RELEASE = "version_info = (19, 0, 0, FINAL, 0, '')\n"


@pytest.fixture(autouse=True)
def no_outside_settings(monkeypatch):
    for name in ("ODOO_SOURCE", "ODOO_DEB_DIR", "ODOO_DEB_FALLBACK_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def paths(tmp_path):
    made = Paths(tmp_path / "repository")
    made.make()
    return made


def make_odoo(folder, release=RELEASE):
    (folder / "odoo").mkdir(parents=True)
    (folder / "odoo" / "release.py").write_text(release)
    return folder


def pin_of(path, version="1.0"):
    return Pin("thing", version, "sid", hashlib.sha256(path.read_bytes()).hexdigest())


# ---------------------------------------------------------------------- pins


def test_every_pin_is_complete():
    pins = {pin.name: pin for pin in load_pins()}
    assert pins["odoo-19"].version == "19.0.0+dfsg-1"
    for pin in pins.values():
        assert len(pin.sha256) == 64, pin.name
    assert pins["fonts-font-awesome"].suite == "bookworm", "Odoo needs Font Awesome 4.7, the rolling suite has 7"


def test_the_pinned_file_is_accepted(tmp_path, capsys):
    path = tmp_path / "thing_1.0_all.deb"
    path.write_bytes(b"content")
    assert check_package(path, pin_of(path)) is True
    assert capsys.readouterr().err == ""


def test_the_pinned_version_with_other_content_is_refused(tmp_path):
    path = tmp_path / "thing_1.0_all.deb"
    path.write_bytes(b"content")
    pin = pin_of(path)
    path.write_bytes(b"replaced")
    with pytest.raises(DevError, match="the file is damaged or was replaced"):
        check_package(path, pin)


def test_another_version_is_said_aloud_and_accepted(tmp_path, capsys):
    path = tmp_path / "thing_2.0_all.deb"
    path.write_bytes(b"content")
    assert check_package(path, pin_of(path)) is False
    assert "thing is version 2.0; this repository was tested with 1.0" in capsys.readouterr().err


def test_epochs_in_file_names_are_decoded(tmp_path):
    assert version_in_file_name(tmp_path / "fonts_2%3a3.016-1_all.deb") == "2:3.016-1"


def test_a_missing_package_is_named(tmp_path):
    with pytest.raises(DevError, match="has no odoo-19_"):
        find_package(tmp_path, load_pins()[0])


# ---------------------------------------------------------------------- choosing


def test_odoo_source_is_used_as_it_is(paths, tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_SOURCE", str(make_odoo(tmp_path / "checkout")))
    source = ensure_odoo(paths)
    assert source.library == tmp_path / "checkout"
    assert source.addons == ()
    assert not paths.odoo.exists()


def test_a_git_checkout_brings_its_second_addons_folder(paths, tmp_path, monkeypatch):
    checkout = make_odoo(tmp_path / "checkout")
    (checkout / "addons" / "web").mkdir(parents=True)
    (checkout / "addons" / "web" / "__manifest__.py").write_text("{}")
    monkeypatch.setenv("ODOO_SOURCE", str(checkout))
    assert ensure_odoo(paths).addons == (checkout / "addons",)


def test_another_series_is_refused(paths, tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_SOURCE", str(make_odoo(tmp_path / "old", "version_info = (18, 0, 0, FINAL, 0, '')\n")))
    with pytest.raises(DevError, match="is not Odoo 19.0"):
        ensure_odoo(paths)


def test_kept_packages_are_said_aloud_and_checked(paths, tmp_path, monkeypatch, capsys):
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setenv("ODOO_DEB_DIR", str(kept))
    with pytest.raises(DevError, match="has no odoo-19_"):
        ensure_odoo(paths)
    assert f"ODOO_DEB_DIR={kept}" in capsys.readouterr().out


def test_the_fallback_folder_is_used_only_when_the_suite_has_no_odoo(paths, tmp_path, monkeypatch, capsys):
    used = []
    monkeypatch.setenv("ODOO_DEB_FALLBACK_DIR", str(tmp_path))
    monkeypatch.setattr(odoo_source, "_unpack", lambda folder, part: used.append(folder) or make_odoo(part))
    monkeypatch.setattr(odoo_source, "_clone", lambda paths, part: make_odoo(part))

    def no_network(*_arguments):
        raise DevError("no network")

    monkeypatch.setattr(odoo_source, "_fetch_debian", no_network)
    ensure_odoo(paths)
    assert used == []

    def gone(*_arguments):
        raise PackageGone("the suite has no odoo-19 any more.")

    (paths.odoo / ".complete").unlink()
    monkeypatch.setattr(odoo_source, "_fetch_debian", gone)
    ensure_odoo(paths)
    assert used == [tmp_path]
    assert "taken from the packages kept in" in capsys.readouterr().err


def test_without_debian_and_without_network_the_clone_says_what_to_do(paths, monkeypatch):
    monkeypatch.setattr(odoo_source.debian_packages, "obstacle", lambda: "this machine is no Debian.")
    monkeypatch.setattr(odoo_source, "GIT_URL", f"file://{paths.root}/no-such-repository")
    with pytest.raises(DevError, match="Cloning Odoo failed; check the network, or set ODOO_SOURCE"):
        ensure_odoo(paths)


# ---------------------------------------------------------------------- interruption


def test_an_interrupted_fetch_is_done_again_and_never_taken_for_whole(paths, monkeypatch):
    calls = []

    def interrupted(_paths, part):
        calls.append("interrupted")
        make_odoo(part)
        raise KeyboardInterrupt

    monkeypatch.setattr(odoo_source, "_fetch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ensure_odoo(paths)
    assert not paths.odoo.exists()

    def complete(_paths, part):
        calls.append("complete")
        assert not list(part.iterdir()), "leftovers of the interrupted fetch"
        make_odoo(part)

    monkeypatch.setattr(odoo_source, "_fetch", complete)
    assert ensure_odoo(paths).library == paths.odoo
    assert ensure_odoo(paths).library == paths.odoo
    assert calls == ["interrupted", "complete"]


def test_pins_are_values():
    pin = load_pins()[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        pin.version = "1"
