from bot.agent.composing import Composed
from bot.agent.record import of_draft, prompt_version
from bot.agent.support import Support
from bot.domain.conversations import Check
from bot.llm.errors import SilentError
from bot.llm.model import ToolSpec

TOOL = ToolSpec("remind", "Reminds.", {"type": "object", "properties": {"at": {}}})
SAME = ToolSpec("remind", "Reminds.", {"properties": {"at": {}}, "type": "object"})
READ = tuple(Check(name, True) for name in ("mention", "link", "promise", "number"))


def test_a_prompt_s_version_changes_with_what_stands_in_every_prompt_and_nothing_else():
    version = prompt_version("Be brief.", [TOOL], "")
    assert version == prompt_version("Be brief.", [SAME], "")
    others = (
        prompt_version("Be briefer.", [TOOL], ""),
        prompt_version("Be brief.", [], ""),
        prompt_version("Be brief.", [TOOL], "skill"),
    )
    assert version not in others
    assert len(set(others)) == 3


def test_what_became_of_the_model_s_words_is_kept_in_the_order_of_the_checks():
    asked = Support(asked="prices", passage=1)
    assert of_draft(Composed("A.", support=asked), supported=True) == (
        *READ,
        Check("support", True, "prices"),
    )
    assert of_draft(Composed("A.", support=asked), supported=False)[-1] == Check(
        "support", False, "prices"
    )
    assert of_draft(Composed("A.", doubt="unchecked"), supported=None) == (
        *READ,
        Check("support", False, "unchecked"),
    )
    assert of_draft(Composed("A", doubt="withheld: promise"), supported=None) == (
        *READ[:2],
        Check("promise", False),
    )
    assert of_draft(Composed(doubt="unknown"), supported=None) == (
        Check("model", False, "unknown"),
    )
    silent = SilentError(60.0, began=False)
    assert of_draft(Composed(doubt="error", error=silent), supported=None) == (
        Check("model", False, "SilentError"),
    )
