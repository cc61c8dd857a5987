"""What can go wrong with the model; each error's text tells the owner what to do."""

from bot.language.catalogue import N_


class ModelError(Exception):
    """The model did not answer.

    Attributes:
        retry: Asking the same again may help.
        away: Nobody's question can be answered until something changes.
        elsewhere: Another host, where there is one, may do better.
        sentence: The text, with names in braces where this one case's values stand in it; with
            them apart it can be said in another language.
        values: Those values by their names.
    """

    retry = False
    away = True
    elsewhere = True

    def __init__(self, sentence: str = "", **values: object) -> None:
        """Say a sentence, with values in it or without any."""
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values


class UnreachableError(ModelError):
    """Nothing listens at Ollama's address."""

    retry = True

    def __init__(self, url: str) -> None:
        super().__init__(
            N_(
                "Ollama does not answer at {url}: start it (`ollama serve`), "
                "or set DESKHAND_OLLAMA_URL to where it runs."
            ),
            url=url,
        )


class ModelMissingError(ModelError):
    """The model is not on the box.

    Attributes:
        model: Its name.
    """

    def __init__(self, model: str) -> None:
        super().__init__(
            N_("The model {model} is not on this box: run `deskhand model pull {model}`."),
            model=model,
        )
        self.model = model


class BusyError(ModelError):
    """Ollama's own queue is full."""

    retry = True
    away = False

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Ollama is busy and takes no more requests: try again in a minute; "
                "if it stays so, look what else uses it."
            )
        )


class OutOfMemoryError(ModelError):
    """The model does not fit into the box's memory."""

    def __init__(self, model: str, sizes: str = "") -> None:
        super().__init__(
            N_(
                "The model {model} does not fit into this box's memory{sizes}: "
                "close other programs, or choose a smaller model on the page."
            ),
            model=model,
            sizes=sizes and f" ({sizes})",
        )


class CutOffError(ModelError):
    """The connection broke, or the answer ended, in the middle.

    Attributes:
        detail: Ollama's own words, or "".
    """

    retry = True
    away = False

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            N_(
                "Ollama broke off in the middle of an answer{detail}: "
                "ask again; if it stays so, restart Ollama and look into its log."
            ),
            detail=detail and f" ({detail})",
        )
        self.detail = detail


class PullError(ModelError):
    """A model could not be downloaded."""

    retry = True
    away = False
    elsewhere = False

    def __init__(self, model: str, detail: str) -> None:
        super().__init__(
            N_(
                "The model {model} was not downloaded{detail}: check its name, the internet "
                "connection and the free disk space, and try again; what is already there is kept."
            ),
            model=model,
            detail=f" ({detail or 'the connection broke'})",
        )


class SilentError(ModelError):
    """The model said nothing for too long."""

    retry = True

    def __init__(self, waited_s: float, *, began: bool) -> None:
        after_question = N_(
            "The model was silent for {seconds} seconds after a question: restart Ollama, "
            "or choose a smaller model if this box is too slow for it."
        )
        within_answer = N_(
            "The model was silent for {seconds} seconds in the middle of an answer: restart "
            "Ollama, or choose a smaller model if this box is too slow for it."
        )
        super().__init__(within_answer if began else after_question, seconds=f"{waited_s:g}")


class TooLongError(ModelError):
    """The prompt does not fit into the model's window, or Ollama cut it to make it fit.

    Attributes:
        prompt_tokens: What the prompt has, None if unknown.
        context_tokens: What the window holds, None if unknown.
    """

    away = False
    elsewhere = False

    def __init__(self, prompt_tokens: int | None, context_tokens: int | None) -> None:
        asked = f" of {prompt_tokens} tokens" if prompt_tokens else ""
        window = f" of {context_tokens} tokens" if context_tokens else ""
        super().__init__(
            f"The prompt{asked} does not fit into the model's window{window}: "
            "ask a shorter question, or set a larger window on the page."
        )
        self.prompt_tokens = prompt_tokens
        self.context_tokens = context_tokens


class NonsenseError(ModelError):
    """What came is not what Ollama says: no JSON, or JSON of another shape."""

    retry = True

    def __init__(self, url: str) -> None:
        super().__init__(
            N_(
                "What answers at {url} does not speak Ollama's language: "
                "check DESKHAND_OLLAMA_URL, and update Ollama if it is older than 0.12."
            ),
            url=url,
        )


class FailedError(ModelError):
    """Ollama refused or failed, in its own words.

    Attributes:
        status: HTTP status, 0 where the error came in the middle of a stream.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(
            N_("Ollama says: {detail} (status {status}). Its log knows more."),
            detail=detail[:300],
            status=status,
        )
        self.status = status
        self.retry = status >= 500
        # What one request asked for may be wrong, and the next be fine.
        self.away = self.elsewhere = status != 400


class NoHostError(ModelError):
    """Of several hosts none may be asked."""

    elsewhere = False
