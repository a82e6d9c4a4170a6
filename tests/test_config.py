"""Settings come from the command line, the environment and a file, in this order."""

from pathlib import Path

import pytest

from chipwire import config
from chipwire.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "chipwire.toml"
    path.write_text('port = 1\nhost = "::1"\nhost_pause = 2.5\ncors_origins = ["https://desk.example.org"]\n')
    monkeypatch.setenv("CHIPWIRE_CONFIG", str(path))
    return path


@pytest.mark.usefixtures("file")
def test_the_strongest_source_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPWIRE_PORT", "2")
    monkeypatch.setenv("CHIPWIRE_HOST", "10.0.0.1")
    found = config.load(port=3, log_level=None)
    assert (found.port, found.host, found.host_pause, found.log_level) == (3, "10.0.0.1", 2.5, "info")
    assert found.cors_origins == ["https://desk.example.org"]


def test_environment_in_words_is_read_as_what_it_means(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"ALLOW_PRIVATE": "true", "RATE_LIMIT": "0", "FORMER_SECRETS": "one, two", "TOKEN": "t" * 32}
    for name, value in given.items():
        monkeypatch.setenv(f"CHIPWIRE_{name}", value)
    found = config.load()
    assert (found.allow_private, found.rate_limit) == (True, 0)
    assert [one.get_secret_value() for one in found.former_secrets] == ["one", "two"]
    assert "ttt" not in repr(found)


def test_a_wrong_value_in_the_file_names_the_file(file: Path) -> None:
    file.write_text('smtp_port = "mail"\n')
    with pytest.raises(ConfigError, match=r"setting smtp_port: .*set CHIPWIRE_SMTP_PORT or mend .*chipwire\.toml"):
        config.load()
    file.write_text("smtp_prot = 25\n")
    with pytest.raises(ConfigError, match=r"unknown setting smtp_prot in .*did you mean smtp_port"):
        config.load()
