"""Settings come from the command line, the environment and a file, in this order."""

from pathlib import Path

import pytest

from chipwire import config
from chipwire.errors import ConfigError


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "chipwire.toml"
    path.write_text('port = 1\nhost = "::1"\nhost_pause = 2.5\ncors_origins = ["https://desk.example.org"]\n')
    return {"CHIPWIRE_CONFIG": str(path), "CHIPWIRE_PORT": "2", "CHIPWIRE_HOST": "10.0.0.1", "PATH": "/bin"}


def test_the_strongest_source_decides(env: dict[str, str]) -> None:
    found = config.load(env, port=3, log_level=None)
    assert (found.port, found.host, found.host_pause, found.log_level) == (3, "10.0.0.1", 2.5, "info")
    assert found.cors_origins == ["https://desk.example.org"]


def test_only_what_was_handed_over_counts_as_environment(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPWIRE_HOST_PAUSE", "9")
    assert config.load(env).host_pause == 2.5
    monkeypatch.setenv("CHIPWIRE_CONFIG", env["CHIPWIRE_CONFIG"])
    assert config.load().host_pause == 9


def test_environment_in_words_is_read_as_what_it_means() -> None:
    given = {"CHIPWIRE_ALLOW_PRIVATE": "true", "CHIPWIRE_RATE_LIMIT": "0", "CHIPWIRE_FORMER_SECRETS": "one, two"}
    found = config.load({**given, "CHIPWIRE_TOKEN": "t" * 32})
    assert (found.allow_private, found.rate_limit) == (True, 0)
    assert [one.get_secret_value() for one in found.former_secrets] == ["one", "two"]
    assert "ttt" not in repr(found)


def test_a_wrong_value_in_the_file_names_the_file(env: dict[str, str]) -> None:
    Path(env["CHIPWIRE_CONFIG"]).write_text('smtp_port = "mail"\n')
    with pytest.raises(ConfigError, match=r"setting smtp_port: .*set CHIPWIRE_SMTP_PORT or mend .*chipwire\.toml"):
        config.load(env)
    Path(env["CHIPWIRE_CONFIG"]).write_text("smtp_prot = 25\n")
    with pytest.raises(ConfigError, match=r"unknown setting smtp_prot in .*did you mean smtp_port"):
        config.load(env)
