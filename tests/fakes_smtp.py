"""A mail server on this machine that keeps what it takes (the few words of RFC 5321 that a client needs)."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TakenMail:
    """A mail that the server took."""

    recipient: str
    content: bytes


@dataclass
class FakeMailServer:
    """What the test asks about the server."""

    port: int = 0
    taken: list[TakenMail] = field(default_factory=list)


@contextmanager
def mail_server(*, refuses: bool = False) -> Iterator[FakeMailServer]:
    """Run a server that takes every mail, or refuses every recipient, naming the address as servers do."""
    facts = FakeMailServer()

    class Conversation(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 test")
            recipient = ""
            for raw in self.rfile:
                word = raw[:4].upper()
                if word == b"QUIT":
                    self.say("221 bye")
                    return
                if word == b"RCPT":
                    recipient = raw.decode().partition(":")[2].strip()
                    self.say(f"550 no {recipient} here" if refuses else "250 ok")
                elif word == b"DATA":
                    self.say("354 go on")
                    lines = iter(self.rfile.readline, b".\r\n")
                    facts.taken.append(TakenMail(recipient, b"".join(lines)))
                    self.say("250 taken")
                else:
                    self.say("250 ok")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        facts.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield facts
        finally:
            server.shutdown()
            thread.join()
