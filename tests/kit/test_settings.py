"""Settings come from the environment, secrets also from files, and never show themselves."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coterie.kit.errors import Invalid
from coterie.kit.settings import default_data, kept_secret, read_settings


def test_without_anything_the_database_is_our_own(tmp_path: Path) -> None:
    settings = read_settings({}, data=tmp_path)
    assert settings.embedded
    assert settings.data == tmp_path
    assert settings.smtp is None


def test_the_data_folder_follows_the_xdg_specification() -> None:
    assert default_data({"XDG_DATA_HOME": "/somewhere"}) == Path("/somewhere/coterie")


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first, again = read_settings({}, data=tmp_path), read_settings({}, data=tmp_path)
    assert first.secret == again.secret
    assert len(first.secret) >= 48
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_of_many_that_start_at_once_one_makes_the_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(kept_secret, [tmp_path] * 32))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_secrets_are_read_from_files_too(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://host/name\n")
    settings = read_settings({"COTERIE_DATABASE_URL_FILE": str(tmp_path / "url")}, data=tmp_path)
    assert settings.database_url == "postgresql://host/name"


def test_no_secret_shows_itself(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "COTERIE_SECRET": "hush-1",
            "COTERIE_DATABASE_URL": "postgresql://me:hush-2@host/name",
            "COTERIE_SMTP_HOST": "mail",
            "COTERIE_SMTP_PASSWORD": "hush-3",
        },
        data=tmp_path,
    )
    assert settings.smtp
    assert settings.smtp.password == "hush-3"
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"COTERIE_PUBLIC_URL": "coterie.example"}, "must begin with http"),
        ({"COTERIE_SMTP_HOST": "mail", "COTERIE_SMTP_PORT": "many"}, "must be a port number"),
        ({"COTERIE_SECRET": "a", "COTERIE_SECRET_FILE": "b"}, "not both"),
        ({"COTERIE_SECRET_FILE": "/there/is/none"}, "can't be read"),
        ({"COTERIE_LOG_LEVEL": "loud"}, "must be one of"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        read_settings(environment, data=tmp_path)
