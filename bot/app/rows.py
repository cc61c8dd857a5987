"""Every table's own module, on one database."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.storage.accounts import AccountRows
from bot.storage.actions import ActionRows
from bot.storage.answers import AnswerRows
from bot.storage.attempts import AttemptRows
from bot.storage.backlog import BacklogRows
from bot.storage.carried import CarriedRows
from bot.storage.changes import ChangeRows
from bot.storage.conversations import ConversationRows
from bot.storage.conversed import ConversedRows
from bot.storage.database import Database
from bot.storage.documents import DocumentRows
from bot.storage.drafts import DraftRows
from bot.storage.endings import EndingRows
from bot.storage.entrance import Entrance
from bot.storage.exchanges import ExchangeRows
from bot.storage.figures import FigureRows
from bot.storage.folder import FolderRows
from bot.storage.follow_up_edits import EditRows
from bot.storage.followups import FollowUpRows
from bot.storage.forms import FormRows
from bot.storage.gaps import GapRows
from bot.storage.hand_over_offers import HandOverOfferRows
from bot.storage.hand_over_posts import HandOverPostRows
from bot.storage.hand_over_words import HandOverWordRows
from bot.storage.hand_overs import HandOverRows
from bot.storage.inbox import InboxRows
from bot.storage.model_places import ModelPlaceRows
from bot.storage.outbox import OutboxRows
from bot.storage.own_questions import OwnQuestionRows
from bot.storage.people import PersonRows
from bot.storage.quiet_hours import QuietRows
from bot.storage.ratings import RatingRows
from bot.storage.receivers import ReceiverRows
from bot.storage.reply_addresses import ReplyAddressRows
from bot.storage.second_factors import SecondFactorRows
from bot.storage.secrets import SecretRows
from bot.storage.sessions import SessionRows
from bot.storage.settings import SettingRows
from bot.storage.sharing import SharingRows
from bot.storage.skills import SkillRows
from bot.storage.trials import TrialRows
from bot.storage.troubles import TroubleRows
from bot.storage.turns import TurnRows
from bot.storage.uploads import UploadRows
from bot.storage.watches import WatchRows
from bot.storage.workers import WorkerRows

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Rows:
    """Every table's own module.

    Attributes:
        reply_addresses: Makes that of a platform; None where one process serves the database.
    """

    actions: ActionRows
    answers: AnswerRows
    backlog: BacklogRows
    carried: CarriedRows
    changes: ChangeRows
    conversations: ConversationRows
    conversed: ConversedRows
    documents: DocumentRows
    endings: EndingRows
    entrance: Entrance
    exchanges: ExchangeRows
    drafts: DraftRows
    figures: FigureRows
    folder: FolderRows
    follow_up_edits: EditRows
    follow_ups: FollowUpRows
    forms: FormRows
    gaps: GapRows
    hand_over_offers: HandOverOfferRows
    hand_over_posts: HandOverPostRows
    hand_over_words: HandOverWordRows
    hand_overs: HandOverRows
    inbox: InboxRows
    model_places: ModelPlaceRows
    outbox: OutboxRows
    own_questions: OwnQuestionRows
    people: PersonRows
    quiet_hours: QuietRows
    ratings: RatingRows
    reply_addresses: Callable[[str], ReplyAddressRows] | None
    receivers: ReceiverRows
    secrets: SecretRows
    settings: SettingRows
    sharing: SharingRows
    skills: SkillRows
    trials: TrialRows
    troubles: TroubleRows
    turns: TurnRows
    uploads: UploadRows
    watches: WatchRows
    workers: WorkerRows


def rows_of(database: Database, key: bytes, now: Now) -> Rows:
    """Return the tables of a database; `key` opens its secrets."""
    run = secrets.token_hex(8)
    sealed = SecretRows(database, key=key)
    return Rows(
        actions=ActionRows(database),
        answers=AnswerRows(database),
        backlog=BacklogRows(database),
        carried=CarriedRows(database),
        changes=ChangeRows(database),
        conversations=ConversationRows(database),
        conversed=ConversedRows(database),
        documents=DocumentRows(database, now=now),
        endings=EndingRows(database, run=run),
        entrance=Entrance(
            AccountRows(database),
            SessionRows(database),
            AttemptRows(database),
            SecondFactorRows(database),
            sealed,
        ),
        exchanges=ExchangeRows(database),
        drafts=DraftRows(database, run=run),
        figures=FigureRows(database),
        folder=FolderRows(database),
        follow_up_edits=EditRows(database),
        follow_ups=FollowUpRows(database, run=run),
        forms=FormRows(database),
        gaps=GapRows(database, run=run),
        hand_over_offers=HandOverOfferRows(database, run=run),
        hand_over_posts=HandOverPostRows(database, run=run),
        hand_over_words=HandOverWordRows(database, run=run),
        hand_overs=HandOverRows(database, run=run),
        inbox=InboxRows(database),
        model_places=ModelPlaceRows(database, run=run),
        outbox=OutboxRows(database, run=run),
        own_questions=OwnQuestionRows(database, now=now),
        people=PersonRows(database),
        quiet_hours=QuietRows(database),
        ratings=RatingRows(database),
        reply_addresses=(
            None if database.is_sqlite else partial(ReplyAddressRows, database, key=key)
        ),
        receivers=ReceiverRows(database),
        secrets=sealed,
        settings=SettingRows(database),
        sharing=SharingRows(database, run=run),
        skills=SkillRows(database),
        trials=TrialRows(database),
        troubles=TroubleRows(database),
        turns=TurnRows(database, run=run),
        uploads=UploadRows(database, run=run),
        watches=WatchRows(database),
        workers=WorkerRows(database, run=run),
    )
