"""Every table. Alembic's migrations make them; `tests` hold the two against each other."""

from bot.storage.tables.account import (
    accounts,
    invitations,
    known_browsers,
    recovery_codes,
    second_factors,
    sessions,
    setup_links,
    sign_in_attempts,
)
from bot.storage.tables.change import changes
from bot.storage.tables.conversation import (
    actions,
    answers,
    conversations,
    messages,
    ratings,
    rooms,
    turns,
)
from bot.storage.tables.follow_up import follow_ups
from bot.storage.tables.hand_over import hand_over_words, hand_overs
from bot.storage.tables.knowledge import (
    documents,
    folder_files,
    knowledge_changes,
    knowledge_readers,
    knowledge_state,
    passage_vectors,
    passages,
    told_endings,
    uploads,
)
from bot.storage.tables.metadata import metadata
from bot.storage.tables.model_place import model_places
from bot.storage.tables.outgoing import outbox
from bot.storage.tables.person import persons, quiet_hours
from bot.storage.tables.question import (
    answer_wishes,
    drafts,
    gaps,
    open_questions,
    own_questions,
    trials,
)
from bot.storage.tables.reply_address import reply_addresses
from bot.storage.tables.setting import secrets, settings
from bot.storage.tables.skill import forms, skill_approvals
from bot.storage.tables.watch import watches
from bot.storage.tables.worker import workers

__all__ = [
    "accounts",
    "actions",
    "answer_wishes",
    "answers",
    "changes",
    "conversations",
    "documents",
    "drafts",
    "folder_files",
    "follow_ups",
    "forms",
    "gaps",
    "hand_over_words",
    "hand_overs",
    "invitations",
    "knowledge_changes",
    "knowledge_readers",
    "knowledge_state",
    "known_browsers",
    "messages",
    "metadata",
    "model_places",
    "open_questions",
    "outbox",
    "own_questions",
    "passage_vectors",
    "passages",
    "persons",
    "quiet_hours",
    "ratings",
    "recovery_codes",
    "reply_addresses",
    "rooms",
    "second_factors",
    "secrets",
    "sessions",
    "settings",
    "setup_links",
    "sign_in_attempts",
    "skill_approvals",
    "told_endings",
    "trials",
    "turns",
    "uploads",
    "watches",
    "workers",
]
