"""The last chapter: the log is exported and verified, and a copy with one changed byte is found out."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

from api.demo.stage import ACTOR, Stage
from audit.export import EVERYTHING
from audit.private_files import write_private
from audit.report import Report
from audit.verify import verify_bundle

BUNDLE: Final = "log"
POLICY: Final = "policy.txt"


def prove(stage: Stage) -> None:
    """Export the log, verify the bundle, and verify a copy of which one byte was changed."""
    stage.sequencing.run_all()
    exports = stage.services.settings.var / "exports"
    done = stage.services.exporter.export(exports / BUNDLE, EVERYTHING, actor=ACTOR, request="demonstration")
    policy = exports / POLICY
    write_private(policy, stage.services.exporter.policy_text().encode())
    stage.tell.say(
        "Exported to %(path)s: %(entries)d entries, %(openings)d openings.",
        path=done.path,
        entries=done.size,
        openings=done.openings,
    )
    _tell(stage, verify_bundle(done.path, policy))
    stage.tell.plain(f"placet audit verify {done.path} --policy {policy}")
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / BUNDLE
        shutil.copytree(done.path, copy)
        block = max((copy / "tile" / "entries").rglob("*"), key=lambda path: path.is_file() and path.stat().st_size)
        content = bytearray(block.read_bytes())
        place = len(content) // 2
        content[place] ^= 1
        block.write_bytes(content)
        stage.tell.say(
            "In a copy byte %(place)d of %(file)s is changed by one bit:", place=place, file=block.relative_to(copy)
        )
        _tell(stage, verify_bundle(copy, policy))


def _tell(stage: Stage, report: Report) -> None:
    for line in report.lines:
        stage.tell.plain(line)
