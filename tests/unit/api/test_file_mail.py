"""A mail as a file is whole or not there, and nobody but its owner reads it."""

import stat
from pathlib import Path

import pytest

from api.errors import MailNotTaken, MailRefused
from api.file_mail import FileMailer
from tests.unit.api.test_mail import mail


def test_files_are_whole_private_and_one_a_mail(tmp_path: Path) -> None:
    mailer = FileMailer(tmp_path / "outbox")
    mailer.send(mail())
    mailer.send(mail())
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "0199-1.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_folder_that_others_may_read_holds_no_file_that_they_may(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / ".0199-1.partial").touch(mode=0o644)
    FileMailer(tmp_path).send(mail())
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_mail_that_is_refused_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(MailRefused):
        FileMailer(tmp_path).send(mail(id="../../etc/cron"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(MailNotTaken):
        FileMailer(tmp_path / "outbox").send(mail())
