"""What a verification found: lines for people, codes for programs, one verdict (LOG.md section 11)."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from audit.faults import Fault, Unreadable

# Findings beyond these are counted, not listed: a hostile bundle must not fill memory or screen.
MAX_LISTED = 100


class Verdict(StrEnum):
    """The three ends of a verification."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNREADABLE = "unreadable"


EXIT_STATUS = {Verdict.ACCEPTED: 0, Verdict.REJECTED: 1, Verdict.UNREADABLE: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not in order: its code in LOG.md section 11 and a sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome: findings make it rejected, an error unreadable. All texts are printable ASCII."""

    verdict: Verdict
    lines: tuple[str, ...]
    findings: tuple[Finding, ...]
    error: Finding | None
    facts: dict[str, object]

    @property
    def exit_status(self) -> int:
        """0 accepted, 1 rejected, 2 unreadable."""
        return EXIT_STATUS[self.verdict]

    def codes(self) -> list[str]:
        """Return the codes of all findings and of the error, in order."""
        return [one.code for one in (*self.findings, *([self.error] if self.error else []))]

    def as_dict(self) -> dict[str, object]:
        """Return the report for programs; every value is plain JSON."""
        return {
            "verdict": self.verdict.value,
            "exit_status": self.exit_status,
            "findings": [{"code": one.code, "text": one.text} for one in self.findings],
            "error": {"code": self.error.code, "text": self.error.text} if self.error else None,
            **self.facts,
            "lines": list(self.lines),
        }


class Findings:
    """Findings in the order they were made, the first hundred of each code listed and the rest counted."""

    def __init__(self) -> None:
        self._listed: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(self, code: str, text: str) -> None:
        """Note one finding."""
        self._counts[code] += 1
        if self._counts[code] <= MAX_LISTED:
            self._listed.append(Finding(code, printable(text)))

    def listed(self) -> list[Finding]:
        """Return what is listed, and after it one finding for each code that says how many more there are."""
        more = [
            Finding(code, f"{count - MAX_LISTED} more of this kind")
            for code, count in self._counts.items()
            if count > MAX_LISTED
        ]
        return self._listed + more


class ReportBuilder:
    """Gathers lines and findings while a verification runs."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._findings: list[Finding] = []
        self._error: Finding | None = None
        self.facts: dict[str, object] = {}

    def ok(self, text: str) -> None:
        """Note that something is in order."""
        self._lines.append(f"ok    {printable(text)}")

    def finding(self, code: str, text: str) -> None:
        """Note a finding; the verdict is then rejected at best."""
        one = Finding(code, printable(text))
        self._findings.append(one)
        self._lines.append(f"FAIL  {one.code}: {one.text}")

    def take(self, findings: Findings) -> None:
        """Note what another collector gathered."""
        for one in findings.listed():
            self.finding(one.code, one.text)

    def stop(self, fault: Fault) -> None:
        """Note the fault that ends the run: an unreadable one makes the verdict unreadable."""
        if isinstance(fault, Unreadable):
            self.error(fault.code, str(fault))
        else:
            self.finding(fault.code, str(fault))

    def error(self, code: str, text: str) -> None:
        """Note why the run could not be finished."""
        self._error = Finding(code, printable(text))
        self._lines.append(f"ERROR {self._error.code}: {self._error.text}")

    def finish(self) -> Report:
        """Return the report with its verdict as the last line."""
        verdict = Verdict.REJECTED if self._findings else Verdict.ACCEPTED
        if self._error:
            verdict = Verdict.UNREADABLE
        lines = (*self._lines, f"VERDICT {verdict}")
        return Report(verdict, lines, tuple(self._findings), self._error, self.facts)


def printable(text: str) -> str:
    """Return `text` as printable ASCII: names from a hostile bundle cannot forge lines or steer a terminal."""
    return "".join(one if " " <= one <= "~" else ascii(one)[1:-1] for one in text)


def shown(name: str) -> str:
    """Return a name from a bundle in a length that fits a line."""
    return name if len(name) <= 80 else f"{name[:80]}..."
