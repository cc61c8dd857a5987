"""Says of a journal of edits and questions which answers were wrong."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Event = dict[str, Any]


@dataclass
class Version:
    """One version of one document; `shown_from` to `gone_at` it may stand in an answer."""

    shown_from: float
    gone_at: float = math.inf


@dataclass
class _Judge:
    versions: dict[str, Version] = field(default_factory=dict)
    present: dict[str, str] = field(default_factory=dict)  # by document, what surely holds
    edits: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def begin(self, event: Event) -> None:
        name, text = event["about"], event["version"]
        if text and not event["ended"]:
            self.versions[text] = Version(event["at"])
        self.present.pop(name, None)
        self.edits.setdefault(name, []).append((event["at"], math.inf))

    def end(self, event: Event) -> None:
        name, text = event["about"], event["version"]
        begun, _ = self.edits[name].pop()
        self.edits[name].append((begun, event["at"]))
        self._gone(name, event["at"], but=text)
        self.present[name] = "" if event["ended"] else text

    def ready(self, event: Event) -> None:
        """Settle what a kill left open: what is stored holds, everything else is gone.

        Of the documents that the process edits: another one may live.
        """
        mine = set(event["names"])
        for known in self.versions:
            if known.split()[0] in mine and known not in self.stored:
                self._gone(known.split()[0], event["at"], but=None, only=known)
        for name in mine:
            self.present.pop(name, None)
        self.present |= {text.split()[0]: text for text in self.stored if text in self.versions}
        self.stored = {text for text in self.stored if text.split()[0] not in mine}
        for name in mine & self.edits.keys():
            edits = self.edits[name]
            self.edits[name] = [(begun, min(ended, event["at"])) for begun, ended in edits]

    def answer(self, event: Event) -> None:
        asked_at, name = event["asked_at"], event["about"]
        for text in event["shown"]:
            version = self.versions.get(text)
            if version is None:
                self.wrong.append(f"{text} had ended or never was")
            elif version.gone_at < asked_at:
                self.wrong.append(f"{text} was gone when it was asked for")
        if event["shown"] and not event["meaning"]:
            self.wrong.append(f"{name} was looked for by words only")
        quiet = all(ended < asked_at for _, ended in self.edits.get(name, ()))
        expected = self.present.get(name)
        if quiet and expected and expected not in event["shown"]:
            self.wrong.append(f"{expected} was not found")

    def _gone(self, name: str, at: float, *, but: str | None, only: str = "") -> None:
        for known, version in self.versions.items():
            mine = known == only if only else known.split()[0] == name
            if mine and known != but:
                version.gone_at = min(version.gone_at, at)


def judge(events: Iterable[Event]) -> list[str]:
    """Return a sentence for each thing that must not have happened.

    An answer may show a version unless that was gone for certain when the question came: replaced,
    removed or ended by an edit that was over by then, or not stored after a kill.
    """
    judge = _Judge()
    for event in events:
        match event["what"]:
            case "begin":
                judge.begin(event)
            case "end":
                judge.end(event)
            case "stored":
                judge.stored.add(event["version"])
            case "ready":
                judge.ready(event)
            case "answer":
                judge.answer(event)
            case "failed":
                judge.wrong.append(event["error"])
    return judge.wrong
