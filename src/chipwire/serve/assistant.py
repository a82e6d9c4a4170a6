"""The store as tools for assistants (Model Context Protocol): three questions, answered by the code behind REST."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal, ParamSpec, TypeVar

import orjson
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import BeforeValidator, Field, ValidationError, create_model

from chipwire import __version__
from chipwire.errors import BadQuery, ChipwireError
from chipwire.serve import answers, outputs, shapes
from chipwire.serve.questions import PagedQuestion, Span
from chipwire.serve.state import State

_LOOKS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_P = ParamSpec("_P")
_R = TypeVar("_R")
_ABOUT = (
    "News on the companies behind AI chips, from feeds in many languages: an item is one report, a story is one event "
    "with every report of it. Cite the `url` of items. Companies: {companies}. Topics: {topics}."
)
_MANY = "All must hold; commas inside one mean or: ['a,b', 'c'] is (a or b) and c."
_Many = Annotated[list[str] | None, BeforeValidator(lambda given: [given] if isinstance(given, str) else given)]
"""One alone may come without its brackets."""
_Companies = Annotated[_Many, Field(description=f"Slugs of companies. {_MANY}")]
_Role = Annotated[Literal["about", "mention"] | None, Field(description="The role that the companies must have.")]
_Topics = Annotated[_Many, Field(description=f"Slugs of topics. {_MANY}")]
_Languages = Annotated[_Many, Field(description=f"BCP 47; zh means both scripts. {_MANY}")]
_Feeds = Annotated[_Many, Field(description=f"Ids of feeds. {_MANY}")]
_Words = Annotated[str | None, Field(description='AND by default, OR, -not, "a phrase", prefix*, title:word.')]
_Since = Annotated[str | None, Field(description="A time, a date, or an age: 24h, 7d.")]
_Until = Annotated[str | None, Field(description="As since; a date means to its end.")]
_Limit = Annotated[int, Field(ge=1, le=100, description="Items on a page.")]
_Cursor = Annotated[str | None, Field(description="`next` of the page before; keep the filters.")]


def server(here: State) -> MCPServer[Any]:
    """The tools over an open store; `run("stdio")` serves one assistant until its input ends."""
    names = {"companies": ", ".join(here.options.companies), "topics": ", ".join(here.options.topics)}
    tools = Tools(here)
    return MCPServer(
        "chipwire",
        version=__version__,
        instructions=_ABOUT.format(**names),
        log_level="WARNING",
        tools=[_strict(tool) for tool in (tools.search_items, tools.get_story, tools.company_overview)],
    )


class Tools:
    """What an assistant may ask; a tool's docstring and annotations are what the assistant reads."""

    def __init__(self, here: State) -> None:
        self._here = here

    def search_items(
        self,
        q: _Words = None,
        company: _Companies = None,
        role: _Role = None,
        topic: _Topics = None,
        lang: _Languages = None,
        feed: _Feeds = None,
        since: _Since = None,
        until: _Until = None,
        relevance: Annotated[
            Literal["default", "all"], Field(description="`all` adds news on neither chips nor AI.")
        ] = "default",
        collapse: Annotated[
            Literal["none", "story"], Field(description="`story`: the earliest match of each story.")
        ] = "none",
        limit: _Limit = 20,
        cursor: _Cursor = None,
    ) -> shapes.ItemPage:
        """Find reports, newest first: by words, companies, topics, languages, feeds and time, over all history."""
        given = {
            "q": q, "company": company, "role": role and [role], "topic": topic, "lang": lang, "feed": feed,
            "since": since, "until": until, "relevance": relevance, "collapse": collapse, "limit": limit,
            "cursor": cursor,
        }  # fmt: skip
        question = PagedQuestion.model_validate({name: value for name, value in given.items() if value is not None})
        rows, onward = answers.items(self._here, question)
        return shapes.ItemPage.model_validate(
            {"items": [_plain(orjson.loads(wire)) for _, wire in rows], "next": onward}
        )

    def get_story(
        self, story: Annotated[int, Field(ge=1, le=2**62, description="`story` of an item.")]
    ) -> shapes.StoryDetail:
        """One event: every report of it in every language, who had it first, who copied, who translated."""
        found = answers.story(self._here, story)
        return shapes.StoryDetail.model_validate({**found, "items": [_plain(item) for item in found["items"]]})

    def company_overview(
        self,
        company: Annotated[str, Field(description="Slug of the company.")],
        since: _Since = None,
        until: _Until = None,
    ) -> shapes.CompanyOverview:
        """One company's last 30 days, or any span: counts, volume, companies named beside it, top sources."""
        found = answers.company(self._here, company, Span(since=since, until=until))
        return shapes.CompanyOverview.model_validate(found)


def _strict(tool: Callable[..., Any]) -> Tool:
    """A tool that refuses arguments it does not know: who asks for `query` must not get everything for an answer."""
    made = Tool.from_function(_explained(tool), annotations=_LOOKS)
    known = made.fn_metadata.arg_model
    strict = create_model(known.__name__, __base__=known, __cls_kwargs__={"extra": "forbid"})
    metadata = made.fn_metadata.model_copy(update={"arg_model": strict})
    return made.model_copy(update={"fn_metadata": metadata, "parameters": strict.model_json_schema(by_alias=True)})


def _explained(tool: Callable[_P, _R]) -> Callable[_P, _R]:
    """The tool with errors that tell the assistant what to ask instead."""

    @wraps(tool)
    def told(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return tool(*args, **kwargs)
        except BadQuery as error:
            raise ToolError(f"{error} ({error.parameter}, character {error.place})") from error
        except ChipwireError as error:
            raise ToolError(str(error)) from error
        except ValidationError as error:
            first = error.errors()[0]
            raise ToolError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error

    return told


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """An item whose summary has no markup: assistants pay for every character."""
    return {**item, "summary": outputs.plain(item["summary"])}
