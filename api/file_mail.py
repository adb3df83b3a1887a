"""Mails as files: the way out where no mail server is set, and their end with the letters that they were."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from api.errors import MailNotTaken
from api.mail import Mail
from audit.ground import Ground
from audit.private_files import make_folder, private
from audit.tables import outbox_table
from audit.unit_of_work import UnitOfWork

ASKED_AT_ONCE: Final = 500
# A file that was not named here is somebody else's.
_NAME: Final = re.compile(r"\.?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?:eml|partial)")


class FileMailer:
    """Writes every mail as `<id>.eml` into a folder; the same mail twice is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Mail) -> None:
        """Write the file; it is whole or not there, and readable by its owner only."""
        content = mail.message().as_bytes()
        partial = self._folder / f".{mail.id}.partial"
        try:
            make_folder(self._folder)
            with open(partial, "wb", opener=private) as file:
                file.write(content)
            partial.replace(self._folder / f"{mail.id}.eml")
        except OSError as error:
            raise MailNotTaken(f"the file cannot be written: {type(error).__name__}") from None


class LetterFiles:
    """Lets the file of a letter go when the letter is gone from the outbox (`retention.erasure.Eraser`).

    Letters go with the erasure of the person they were for, and with a sign-up that nobody confirmed.
    """

    def __init__(self, ground: Ground, folder: Path) -> None:
        self._ground = ground
        self._folder = folder

    def close(self, uow: UnitOfWork, subject_id: str) -> None:
        """Do nothing: the letters themselves are shut by whoever put them down."""

    def remove(self, uow: UnitOfWork, subject_id: str) -> Mapping[str, int]:
        """Remove the files of letters that are gone, among them those of the subject; raise OSError where one stays."""
        return {"mail_files": self._remove_gone(uow.connection)}

    def remove_gone(self) -> int:
        """Remove the files of letters that are gone and return how many there were.

        Done regularly, because a letter may be under way while its person is erased, and is then written after it.
        """
        with self._ground.reading() as session:
            return self._remove_gone(session.connection())

    def _remove_gone(self, connection: Connection) -> int:
        # The files are listed before the letters are asked for: a letter is there before its file is.
        files = self._list()
        known = _known(connection, sorted({letter_id for _, letter_id in files}))
        gone = [file for file, letter_id in files if letter_id not in known]
        for file in gone:
            file.unlink(missing_ok=True)
        return len(gone)

    def _list(self) -> list[tuple[Path, str]]:
        if not self._folder.is_dir():
            return []
        return [(file, found[1]) for file in self._folder.iterdir() if (found := _NAME.fullmatch(file.name))]


def _known(connection: Connection, letter_ids: list[str]) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(letter_ids), ASKED_AT_ONCE):
        asked = letter_ids[start : start + ASKED_AT_ONCE]
        # Of whatever group: several may share the folder.
        found.update(connection.scalars(select(outbox_table.c.id).where(outbox_table.c.id.in_(asked))))
    return frozenset(found)
