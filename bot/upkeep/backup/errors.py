"""Why there is no backup, or none can be put back; each error's text is a sentence."""


class BackupError(Exception):
    """It could not be done; everything is as it was.

    Attributes:
        sentence: The text, with names in braces where this one case's values stand in it; with
            them apart it can be said in another language.
        values: Those values by their names.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        """Say a sentence, with values in it or without any."""
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values


class UnsuitableError(BackupError):
    """The file is no backup, or is not one for this Deskhand."""


class DamagedError(UnsuitableError):
    """The file is not what was written."""


class NewerError(UnsuitableError):
    """A newer Deskhand made it."""


class PassphraseError(BackupError):
    """The passphrase is missing, too short, or another one."""


class UnprovedError(BackupError):
    """What was written cannot be put back, or is not what was to be written."""
