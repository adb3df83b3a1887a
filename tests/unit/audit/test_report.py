import pytest

from audit.faults import HeadFile, TreeRoot
from audit.report import MAX_LISTED, Findings, ReportBuilder, Verdict, printable


def test_nothing_found_is_accepted() -> None:
    report = ReportBuilder()
    report.ok("all is well")
    assert report.finish().lines == ("ok    all is well", "VERDICT accepted")


def test_finding_rejects_and_error_is_unreadable() -> None:
    report = ReportBuilder()
    report.stop(TreeRoot("the entries differ"))
    assert (report.finish().verdict, report.finish().exit_status) == (Verdict.REJECTED, 1)
    report.stop(HeadFile("gone"))
    done = report.finish()
    assert (done.verdict, done.exit_status, done.codes()) == (Verdict.UNREADABLE, 2, ["tree.root", "head.file"])
    assert done.lines[-2:] == ("ERROR head.file: gone", "VERDICT unreadable")


def test_findings_beyond_a_hundred_of_a_kind_are_counted() -> None:
    findings = Findings()
    for number in range(MAX_LISTED + 7):
        findings.add("entry.type", f"entry {number}")
    findings.add("entry.twice", "entry 1")
    listed = findings.listed()
    assert len(listed) == MAX_LISTED + 2
    assert (listed[-1].code, listed[-1].text) == ("entry.type", "7 more of this kind")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("a\nb", "a\\nb"),
        ("\x1b[2J", "\\x1b[2J"),
        ("Zoë", "Zo\\xeb"),
        ("\u202e", "\\u202e"),
        ("\udcff", "\\udcff"),
    ],
)
def test_texts_are_printable_ascii(text: str, shown: str) -> None:
    assert printable(text) == shown
