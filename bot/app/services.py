"""What the page and the commands use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.agent.composing import Composer
from bot.app.mind import Mind, agent_of, drafting_of
from bot.app.rows import Now, Rows
from bot.app.tools import Abilities
from bot.domain.conversations import Conversation, Outcome, Turn
from bot.domain.outgoing import Outgoing
from bot.domain.people import Person, Role
from bot.followups.agenda import Agenda
from bot.followups.edits import Edits
from bot.followups.everywhere import Everywhere
from bot.followups.receivers import Receivers
from bot.followups.service import FollowUps
from bot.handover.service import HandOvers
from bot.inbox.arrivals import Arrivals
from bot.inbox.platforms import Platforms
from bot.inbox.talk import Talk, author, room_address
from bot.llm.hosted import HostedChat
from bot.llm.memory import memory_of_box
from bot.llm.model import InstalledModel
from bot.llm.offers import RESERVED_BYTES, read_offers
from bot.llm.pace import Pace, weight_of
from bot.llm.pace import measure as measured_by
from bot.outbox.files import KeptFiles
from bot.outbox.reply import SilentReply
from bot.questions.correcting import Correcting
from bot.questions.service import OpenQuestions
from bot.settings import Settings
from bot.tools.registry import Registry
from bot.upkeep.backup.probe import BackupProbe
from bot.upkeep.backup.service import Backups
from bot.upkeep.endings import Endings
from bot.upkeep.evaluation import Evaluation
from bot.upkeep.figures import AnswerFigures
from bot.upkeep.folder import WatchedFolder
from bot.upkeep.health import Health, Probe
from bot.upkeep.host_probes import HostProbes
from bot.upkeep.own_questions import OwnQuestions
from bot.upkeep.persons import Persons
from bot.upkeep.platform_probes import PlatformProbes
from bot.upkeep.probes import Probes
from bot.upkeep.retention import Retention
from bot.upkeep.roles import Roles
from bot.upkeep.set_up import SettingUp
from bot.upkeep.skill_probe import SkillProbe
from bot.upkeep.transfer import Transfer
from bot.upkeep.way_out import WayOut
from bot.upkeep.workers import WorkerProbes
from bot.web.services import Services
from bot.wishes.typed import TypedWishes
from connectors.local.connector import PLATFORM as LOCAL
from connectors.local.connector import LocalConnector
from connectors.messages import Address
from knowledge.documents import Audience
from knowledge.fetching import Fetcher


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes on beside the conversations, and can be seen and steered.

    Attributes:
        told_on: The platforms where somebody can be told something, by name.
        arrivals: Tells whoever watches that there is a new answer.
    """

    follow_ups: FollowUps
    receivers: Receivers
    endings: Endings
    questions: OpenQuestions
    hand_overs: HandOvers
    abilities: Abilities
    told_on: Sequence[str]
    backups: Backups
    persons: Persons
    retention: Retention
    arrivals: Arrivals


def services_of(
    rows: Rows,
    mind: Mind,
    local: LocalConnector,
    beside: Beside,
    platforms: Platforms,
    files: KeptFiles,
    settings: Settings,
    now: Now,
) -> Services:
    """Return what the page and the commands use."""

    async def keep_token(name: str, value: str) -> None:
        await rows.secrets.put(name, value, now=now())

    async def owner() -> Person:
        return await rows.people.ensure(LOCAL, author(Role.OWNER))

    def other_model(name: str) -> HostedChat:
        return mind.hosting.called(mind.choices.model, name)

    def evaluation_with(name: str) -> Evaluation:
        return _evaluation(mind, Composer(other_model(name), mind.gate), now)

    async def standing(room: Address) -> Sequence[Outgoing]:
        told = [
            *await beside.questions.standing(room),
            *await beside.hand_overs.standing(room),
        ]
        return sorted(told, key=lambda each: each.outgoing_id)

    async def try_model(name: str) -> float:
        return await other_model(name).probe()

    setting_up = SettingUp(rows.settings, now=now)

    async def try_embedder(name: str) -> None:
        await mind.embedder(name).embed_queries(["Are you open today?"])

    probes = Probes(
        rows.settings,
        mind.knowledge,
        mind.model,
        mind.choices,
        beside.follow_ups,
        rows.backlog,
        rows.inbox,
        now=now,
    )
    own_questions = OwnQuestions(
        rows.own_questions, rows.answers, rows.gaps, mind.knowledge, mind.choices
    )
    embedder = Probe("embedder", False, mind.approval.prove)
    skills = Probe("skills", False, SkillProbe(beside.abilities.skills).prove)
    of_hosts = HostProbes(mind.hosting.hosts, mind.hosting.chat)
    disk = Probe("disk", False, mind.disk.prove)
    backups = Probe("backup", False, BackupProbe(beside.backups, now=now).prove)
    of_platforms = PlatformProbes(platforms, mind.choices, now=now)
    return Services(
        talk=Talk(local, rows.answers, mind.choices, files, standing=standing, now=now),
        knowledge=mind.knowledge,
        fetcher=Fetcher(proxy_url=settings.web_proxy_url),
        folder=WatchedFolder(
            rows.folder, mind.knowledge, mind.import_approval, mind.choices, now=now
        ),
        answers=rows.answers,
        questions=beside.questions,
        correcting=Correcting(beside.questions, mind.knowledge, mind.choices),
        hand_overs=beside.hand_overs,
        follow_ups=beside.follow_ups,
        agenda=Agenda(rows.follow_ups),
        edits=Edits(rows.follow_up_edits, beside.follow_ups, now=now),
        typed=TypedWishes(
            beside.follow_ups,
            Everywhere(beside.receivers, mind.choices, beside.told_on),
            mind.choices,
            mind.phrasebook,
            owner,
        ),
        receivers=beside.receivers,
        endings=beside.endings,
        tools=beside.abilities.tools,
        skills=beside.abilities.skills,
        actions=rows.actions,
        conversations=rows.conversations,
        conversed=rows.conversed,
        ratings=rows.ratings,
        arrivals=beside.arrivals,
        choices=mind.choices,
        hosts=mind.hosting.hosts,
        library=mind.hosting.library,
        model=mind.model,
        gate=mind.gate,
        evaluation=_evaluation(mind, mind.composer, now),
        evaluation_with=evaluation_with,
        own_questions=own_questions,
        trials=mind.trials,
        approval=mind.approval,
        model_called=other_model,
        offers=partial(read_offers, settings.data_dir),
        model_memory=partial(_model_memory, settings),
        measure=partial(_measured, mind, other_model, setting_up),
        try_model=try_model,
        try_embedder=try_embedder,
        import_approval=mind.import_approval,
        transfer=Transfer(
            mind.knowledge,
            mind.import_approval,
            beside.questions,
            own_questions,
            beside.abilities.skills,
            mind.choices,
            now=now,
        ),
        way_out=WayOut(settings.way_out_log),
        backups=beside.backups,
        persons=beside.persons,
        roles=Roles(rows.people, mind.choices, now=now),
        retention=beside.retention,
        measures=mind.measures,
        figures=AnswerFigures(rows.figures, calendar=mind.calendar, now=now),
        backlog=rows.backlog,
        disk=mind.disk,
        health=Health(
            [*probes.all(), *of_hosts.all(), embedder, skills, disk, backups, *of_platforms.all()],
            found=WorkerProbes(rows.workers).all if rows.workers.shared else None,
        ),
        changes=rows.changes,
        entrance=rows.entrance,
        troubles=rows.troubles,
        setting_up=setting_up,
        turns=rows.turns,
        outbox=rows.outbox,
        owner=owner,
        platforms=platforms,
        keep_token=keep_token,
        fixed_tokens=frozenset(settings.tokens),
        variables=settings.variables,
        phrasebook=mind.phrasebook,
        calendar=mind.calendar,
        now=now,
    )


async def _measured(
    mind: Mind,
    model_called: Callable[[str], HostedChat],
    setting_up: SettingUp,
    installed: InstalledModel,
) -> Pace:
    model = model_called(installed.name)
    async with mind.gate.place("measuring this box", model=model.name) as place:
        pace = await measured_by(model, weight_of(installed), place)
    await setting_up.keep(pace)
    return pace


def _model_memory(settings: Settings) -> int:
    return settings.model_memory or max(0, memory_of_box() - RESERVED_BYTES)


def _evaluation(mind: Mind, composer: Composer, now: Now) -> Evaluation:
    # Questions of an evaluation change nothing: no tools, no rows.
    examinee = agent_of(mind, drafting_of(mind, composer, Registry((), mind.choices), now), now)

    async def examine(question: str, role: Role) -> Outcome:
        person = Person(0, LOCAL, f"{role}:", role.value, role)
        audience = Audience.PUBLIC if role is Role.PUBLIC else Audience.STAFF
        room = Conversation(0, room_address("evaluation", role), audience)
        return await examinee.answer(
            Turn(0, room, person, "", question, now()),
            question,
            SilentReply(),
            language=mind.detector.language(question, business=mind.choices.business.language),
            names_time=False,
        )

    def today() -> date:
        return mind.calendar().day(now())

    return Evaluation(examine, mind.knowledge, today=today)
