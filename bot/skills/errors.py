"""What can be wrong with skills."""


class InvalidSkillError(Exception):
    """A folder is no skill that can be used; one sentence says why and what to do."""


class NoSkillError(Exception):
    """There is no skill of this name."""


class ChangedError(Exception):
    """A skill's files are not those that were shown."""
