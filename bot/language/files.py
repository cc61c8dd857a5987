"""What is said of files that came with a message."""

from collections.abc import Callable, Sequence


class Files:
    """Words about files in one language."""

    _: Callable[[str], str]

    def files_offered(self, names: Sequence[str]) -> str:
        """Return the question whether files shall become knowledge, by their names."""
        return self._(
            "Shall I add {files} to what I know? Press who may read it; until then I leave it "
            "unread."
        ).format(files=", ".join(names))

    def files_wished(self, names: Sequence[str]) -> str:
        """Return that files are being read."""
        return self._("I am reading {files} and tell you here what I understood.").format(
            files=", ".join(names)
        )

    def files_waiting(self) -> str:
        """Return that files are being read already."""
        return self._("I am reading that already.")

    def files_added_before(self, *, everyone: bool) -> str:
        """Return that files were added before, and for whom."""
        if everyone:
            return self._("That was added already, for everyone.")
        return self._("That was added already, for the team only.")

    def files_gone(self) -> str:
        """Return that there is nothing to be added any more."""
        return self._("There is no file here any more that I could add.")

    def file_added(
        self,
        name: str,
        *,
        title: str,
        entries: int,
        passages: int,
        for_team: int,
        everyone: bool,
    ) -> str:
        """Return what was understood of a file that was added.

        Args:
            name: The file's.
            title: Under what it is found; "" where that is the file's name, or each entry's own.
            entries: How many questions with answers it holds; 0 for any other text.
            passages: How many passages it was read as.
            for_team: How many of its documents only the team may read.
            everyone: It was added for everyone.
        """
        counted = (
            self._("entries: {count}").format(count=entries)
            if entries
            else self._("passages: {count}").format(count=passages)
        )
        what = [title, counted] if title else [counted]
        if everyone and for_team:
            what.append(self._("of these for the team only: {count}").format(count=for_team))
        said = (
            self._("Added for everyone: {file} ({what}).")
            if everyone
            else self._("Added for the team only: {file} ({what}).")
        )
        return said.format(file=name, what=", ".join(what))

    def file_not_added(self, name: str, reason: str) -> str:
        """Return that a file was not added.

        Args:
            name: The file's.
            reason: A whole sentence.
        """
        return self._("{file} was not added: {reason}").format(file=name, reason=reason)
