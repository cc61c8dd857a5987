"""What it knows: list, entries, documents. An id can hold any sign, so it goes in the query."""

import asyncio
from collections.abc import Sequence

from litestar import get, post
from litestar.exceptions import NotFoundException

from bot.web import about_form, entry_form
from bot.web.forms import Form, read_form
from bot.web.imports_waiting import imports_waiting
from bot.web.parts import Asked, Given, Parts
from bot.web.platforms.rooms import rooms_of
from bot.web.reader import explained
from bot.web.reader import gettext as _
from bot.web.rendering import Page, go_to
from bot.web.roles import EDITOR, FOR, VIEWER, may
from knowledge.documents import EVERY_ROOM, Audience, Document
from knowledge.errors import UnreadableError
from knowledge.readers.files import reread

PAGE_SIZE = 100
MAX_QUERY_CHARS = 400
# How many the search by meaning adds to the titles that hold the very words.
BY_MEANING = 10


@get("/knowledge", opt={FOR: VIEWER})
async def show(request: Asked, parts: Given) -> Page:
    """List what it knows, all or what a search finds; a piece of the page for a script."""
    query = request.query_params.get("query", "").strip()[:MAX_QUERY_CHARS]
    after = request.query_params.get("after", "")
    knowledge = parts.services.knowledge
    found = await knowledge.page(limit=PAGE_SIZE + 1, after=after, words=query)
    shown = found[:PAGE_SIZE]
    whole = "hx-request" not in request.headers
    return parts.rendering.page(
        request,
        "knowledge.html" if whole else "_documents.html",
        documents=shown,
        close=await _close(parts, query, shown) if query and not after else [],
        total=await knowledge.documents_count(),
        last=shown[-1].document_id if len(found) > PAGE_SIZE else None,
        first_page=not after,
        query=query,
        folder=await parts.services.folder.state(),
        imports_waiting=await imports_waiting(parts),
        endings=await parts.services.endings.near(),
        today=parts.services.calendar().day(parts.services.now()),
    )


@get("/knowledge/add", opt={FOR: EDITOR})
async def show_empty(request: Asked, parts: Given) -> Page:
    """Ask for a new entry, its question filled in where the link names one."""
    question = request.query_params.get("question", "")[:MAX_QUERY_CHARS]
    return await _form(request, parts, Form({"question": question}), None)


@post("/knowledge/add", opt={FOR: EDITOR})
async def add(request: Asked, parts: Given) -> Page:
    """Add an entry; one that is there already is not replaced unnoticed."""
    form = await read_form(request)
    made = entry_form.read(form)
    if made is not None and await parts.services.knowledge.show(made.document_id) is not None:
        form.errors["question"] = _("There is an entry for this question already: change that one.")
    if made is None or form.errors:
        return await _form(request, parts, form, None)
    await parts.services.knowledge.add([made])
    return go_to("/knowledge", said="entry-added")


@get("/knowledge/document", opt={FOR: VIEWER})
async def show_document(request: Asked, parts: Given) -> Page:
    """Show one document: an entry as a form, anything else as its text; to viewers, to read."""
    document = await _asked_for(request, parts)
    if not may(request.user, EDITOR):
        return parts.rendering.page(request, "read.html", document=document)
    if entry_form.is_entry(document):
        return await _form(request, parts, Form(entry_form.typed(document)), document)
    values = {"source": document.source, **about_form.typed(document)}
    return await _text_form(request, parts, Form(values), document)


@post("/knowledge/document", opt={FOR: EDITOR})
async def change(request: Asked, parts: Given) -> Page:
    """Replace a document by what the form holds."""
    document = await _asked_for(request, parts)
    form = await read_form(request)
    if entry_form.is_entry(document):
        made = entry_form.read(form, document_id=document.document_id, origin=document.origin)
        if made is None:
            return await _form(request, parts, form, document)
    else:
        made = await _reread(form, document)
        if made is None:
            return await _text_form(request, parts, form, document)
    await parts.services.knowledge.add([made])
    return go_to("/knowledge", said="saved")


@post("/knowledge/way", opt={FOR: EDITOR})
async def judge_way(request: Asked, parts: Given) -> Page:
    """Take a drafted way to ask over as one of the entry's own, or take it out."""
    document = await _asked_for(request, parts)
    form = await read_form(request)
    way = form.text("way")
    changed = entry_form.with_way_judged(document, way, keep=form.text("do") == "keep")
    if changed is not None:
        await parts.services.knowledge.add([changed])
    said = "saved" if changed is not None else "already-done"
    return go_to("/knowledge/document", id=document.document_id, said=said)


@get("/knowledge/remove", opt={FOR: EDITOR})
async def confirm_removal(request: Asked, parts: Given) -> Page:
    """Ask whether a document is really to go."""
    return parts.rendering.page(request, "remove.html", document=await _asked_for(request, parts))


@post("/knowledge/remove", opt={FOR: EDITOR})
async def remove(request: Asked, parts: Given) -> Page:
    """Remove a document."""
    gone = await parts.services.knowledge.remove(_id(request))
    return go_to("/knowledge", said="removed" if gone else "already-done")


async def _close(parts: Parts, query: str, shown: Sequence[Document]) -> list[Document]:
    """Return the documents that are close to a query in meaning, best first, without some."""
    today = parts.services.calendar().day(parts.services.now())
    findings = await parts.services.knowledge.search(
        query, audiences=frozenset(Audience), today=today, limit=BY_MEANING, room=EVERY_ROOM
    )
    found = dict.fromkeys(hit.document_id for hit in findings.hits)
    others = found.keys() - {each.document_id for each in shown}
    heads = {each.document_id: each for each in await parts.services.knowledge.heads(others)}
    return [heads[document_id] for document_id in found if document_id in heads]


async def _reread(form: Form, document: Document) -> Document | None:
    """Return a document read anew from its changed text, under its own id."""
    source = form.required("source", _("There must be some text. Remove the document instead?"))
    about = about_form.read(form)
    if about is None or form.errors:
        return None
    try:
        anew = await asyncio.to_thread(reread, document, source, audience=about.readers.audience)
    except UnreadableError as error:
        form.errors["source"] = explained(error)
        return None
    return about.of(anew)


def _id(request: Asked) -> str:
    return str(request.query_params.get("id", ""))


async def _asked_for(request: Asked, parts: Parts) -> Document:
    document = await parts.services.knowledge.show(_id(request))
    if document is None:
        raise NotFoundException
    return document


async def _form(request: Asked, parts: Parts, form: Form, document: Document | None) -> Page:
    return parts.rendering.page(
        request,
        "entry.html",
        status=422 if form.errors else 200,
        form=form,
        document=document,
        rooms=await rooms_of(parts, about_form.ticked(form)),
    )


async def _text_form(request: Asked, parts: Parts, form: Form, document: Document) -> Page:
    return parts.rendering.page(
        request,
        "document.html",
        status=422 if form.errors else 200,
        form=form,
        document=document,
        rooms=await rooms_of(parts, about_form.ticked(form)),
    )
