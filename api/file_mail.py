"""Mails as files: the way out where no mail server is set."""

from pathlib import Path

from api.errors import MailNotTaken
from api.mail import Mail
from audit.private_files import make_folder, private


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
