"""Reads a skill's folder: all of it or, with one sentence on what is wrong, nothing."""

import hashlib
import os
import re
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.skills.errors import InvalidSkillError
from bot.skills.form import FormSpec
from bot.skills.skill import FORM, MANIFEST, MAX_INSTRUCTIONS_CHARS, NAME, FrontMatter, Skill
from knowledge.errors import FolderUnreadableError
from knowledge.folder import Seen, look
from knowledge.readers.kinds import readable

MAX_FILES = 50
MAX_FILE_BYTES = 1_000_000
MAX_WORDS_BYTES = 64_000
# What asks a form's questions.
FORM_TOOL = "fill_form"

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_Shape = TypeVar("_Shape", bound=BaseModel)


class _Words(yaml.BaseLoader):
    """Reads every scalar as the words that stand there ("no" and 2026-01-01 too), no aliases.

    An alias in an alias in an alias is how a few lines become gigabytes.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise InvalidSkillError("Write its YAML without anchors and aliases (& and *).")
        return super().compose_node(parent, index)


def read_folder(folder: Path, *, tools: Collection[str], shipped: bool) -> Skill:
    """Return the skill in a folder.

    Blocks for as long as reading the files takes; a thread may call it.

    Args:
        folder: Its name must be the skill's.
        tools: The names of those there are.
        shipped: It came with Deskhand.

    Raises:
        InvalidSkillError: It is none that can be used.
    """
    files = _files(folder)
    return skill_of(folder.name, files, tools=tools, shipped=shipped)


def skill_of(
    name: str, files: Mapping[str, bytes], *, tools: Collection[str], shipped: bool
) -> Skill:
    """Return the skill that files make up, as `read_folder` does."""
    front, instructions = _manifest(files)
    if front.name != name:
        raise InvalidSkillError(
            f"Its name in {MANIFEST} is {front.name}, but its folder is {name}: make them the same."
        )
    unknown = [each for each in front.allowed_tools if each not in tools]
    if unknown:
        raise InvalidSkillError(
            f"There is no tool {unknown[0]}: allowed-tools may name {', '.join(sorted(tools))}."
        )
    form = _form(files)
    if form is not None and FORM_TOOL not in front.allowed_tools:
        raise InvalidSkillError(f"It has a form, so allowed-tools must name {FORM_TOOL}.")
    others = sorted(files.keys() - {MANIFEST, FORM})
    return Skill(
        name=name,
        description=" ".join(front.description.split()),
        instructions=instructions,
        tools=front.allowed_tools,
        audience=front.audience,
        form=form,
        files=dict(files),
        knowledge=tuple(path for path in others if readable(path)),
        unused=tuple(path for path in others if not readable(path)),
        content_hash=hash_of(files),
        shipped=shipped,
    )


def is_safe(whole: str) -> bool:
    """Return whether "name/path" leads into a skill's folder and to nothing hidden there."""
    name, *path = whole.split("/")
    parts_fit = all(part and not part.startswith(".") for part in path)
    return bool(path) and parts_fit and NAME.fullmatch(name) is not None and "\\" not in whole


def put_folder(skills: Path, name: str, files: Mapping[str, bytes]) -> bool:
    """Put a skill's folder in place of the one of its name; False where it holds the same.

    Args:
        skills: The folder of all of them, made where it is not there.
        name: The skill's.
        files: By path; `is_safe` has passed them.
    """
    target, made, old = skills / name, skills / f".new-{name}", skills / f".old-{name}"
    try:
        if hash_of(_files(target)) == hash_of(files):
            return False
    except InvalidSkillError:
        pass  # There is none, or no good one.
    for leftover in (made, old):
        shutil.rmtree(leftover, ignore_errors=True)
    for path, content in files.items():
        (made / path).parent.mkdir(parents=True, exist_ok=True)
        (made / path).write_bytes(content)
    if target.is_symlink():
        target.unlink()
    elif target.exists():
        target.rename(old)
    made.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return True


def hash_of(files: Mapping[str, bytes]) -> str:
    """Return what changes with any name and any content among files."""
    whole = hashlib.sha256()
    for path, content in sorted(files.items()):
        whole.update(hashlib.sha256(path.encode()).digest())
        whole.update(hashlib.sha256(content).digest())
    return whole.hexdigest()


def _files(folder: Path) -> dict[str, bytes]:
    if folder.is_symlink():
        raise InvalidSkillError("It is a link, and links are not followed: put the folder here.")
    try:
        seen = look(folder).files
    except FolderUnreadableError as error:
        raise InvalidSkillError(str(error)) from error
    if len(seen) > MAX_FILES:
        raise InvalidSkillError(f"It holds more than {MAX_FILES} files: leave some out.")
    return {path: _content(folder, each) for path, each in seen.items()}


def _content(folder: Path, seen: Seen) -> bytes:
    if seen.problem:
        raise InvalidSkillError(f"{seen.path}: {seen.problem}")
    words = PurePosixPath(seen.path).as_posix() in {MANIFEST, FORM}
    most = MAX_WORDS_BYTES if words else MAX_FILE_BYTES
    if seen.size_bytes > most:
        raise InvalidSkillError(f"{seen.path} is over {most // 1_000} kB: shorten it.")
    try:
        # A link put in its place by now is not followed.
        number = os.open(folder / seen.path, os.O_RDONLY | _NOT_FOLLOWED)
        with open(number, "rb") as file:  # noqa: PTH123 - a file that is open already
            content = file.read(most + 1)
    except OSError as error:
        raise InvalidSkillError(f"{seen.path} cannot be read: {error.strerror}.") from error
    if len(content) > most:
        raise InvalidSkillError(f"{seen.path} is over {most // 1_000} kB: shorten it.")
    return content


def _manifest(files: Mapping[str, bytes]) -> tuple[FrontMatter, str]:
    if MANIFEST not in files:
        raise InvalidSkillError(f"There is no {MANIFEST} in it: write one.")
    text = _text(files, MANIFEST)
    found = _FRONT.match(text)
    if found is None:
        raise InvalidSkillError(
            f"{MANIFEST} must begin with its name and description in YAML between two lines of ---."
        )
    front = _shaped(FrontMatter, found[1], MANIFEST)
    instructions = text[found.end() :].strip()
    if not instructions:
        raise InvalidSkillError(f"{MANIFEST} holds no instructions below its YAML: write some.")
    if len(instructions) > MAX_INSTRUCTIONS_CHARS:
        raise InvalidSkillError(
            f"Its instructions are longer than {MAX_INSTRUCTIONS_CHARS:,} characters, more than a"
            " model reads with each question: put what is knowledge into a file beside them."
        )
    return front, instructions


def _form(files: Mapping[str, bytes]) -> FormSpec | None:
    return _shaped(FormSpec, _text(files, FORM), FORM) if FORM in files else None


def _text(files: Mapping[str, bytes], path: str) -> str:
    try:
        return files[path].decode()
    except UnicodeDecodeError as error:
        raise InvalidSkillError(f"{path} is not text in UTF-8: save it again as that.") from error


def _shaped(shape: type[_Shape], text: str, path: str) -> _Shape:
    try:
        told = yaml.load(text, Loader=_Words)  # noqa: S506 - makes strings, lists and maps only
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise InvalidSkillError(f"The YAML of {path} cannot be read{where}: correct it.") from error
    if not isinstance(told, dict):
        raise InvalidSkillError(f"The YAML of {path} must be names with values, such as name: …")
    try:
        return shape.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "it"
        sentence = first["msg"].removeprefix("Value error, ")
        raise InvalidSkillError(f"{path}, {place}: {sentence}.") from error
