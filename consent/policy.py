"""The policy of a controller group, read from one YAML text: `load_policy` gives a sound one or none."""

from consent.errors import PolicyError
from consent.policy_lines import with_line
from consent.policy_lint import lint
from consent.policy_model import Parameters as Parameters
from consent.policy_model import Policy as Policy
from consent.policy_model import Purpose as Purpose
from consent.policy_node import Node
from consent.policy_sections import read_policy
from consent.strict_yaml import NotStrictYaml, read_yaml


def load_policy(text: str) -> Policy:
    """Read a policy strictly; raise `PolicyError` naming line and place, as `line 7: purposes.news.notice: ...`.

    Unknown keys and words, keys that stand twice, names that nothing bears, circles, and rules of a
    country without citation are refused.
    """
    try:
        written = read_yaml(text)
    except NotStrictYaml as error:
        raise PolicyError(str(error)) from None
    try:
        return lint(read_policy(Node("", written.value)))
    except PolicyError as error:
        raise with_line(error, written.root) from None
