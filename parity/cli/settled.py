"""What a project's file says of the options of `parity check`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from parity.api.settled import OF_CASE, OF_COMMAND, weaker
from parity.errors import UsageError
from parity.settings import Key, Setting, find, holding, ignored, line, read
from parity.settings.setting import Form

VERB = "check"

_OF_A_CASE = {*OF_CASE, *OF_COMMAND} - {"sweep", "family"}
"""What a project may say for cases, too; of the others the case.toml decides."""


class Settled(click.Command):
    """A verb whose defaults a project's file may set; what is said on its line wins."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the file, unless the line asks for help. Raises UsageError, with file and line."""
        settings: list[Setting] = []
        if not ignored() and not {"-h", "--help"} & set(args):
            settings = self._settings()
            asked = click.Context(self, parent=parent, info_name=info_name)
            options = self._options()
            extra["default_map"] = {
                str(options[s.key].name): _checked(asked, options[s.key], s) for s in settings
            }
        context = super().make_context(info_name, args, parent, **extra)
        context.meta[_META] = settings
        return context

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb, with the settings that its line left standing held for the reports."""
        from parity.target import is_case

        named: tuple[Path, ...] = tuple(ctx.params.get("named") or ())
        of_case = len(named) == 1 and is_case(named[0])
        sources = {n: ctx.get_parameter_source(str(p.name)) for n, p in self._options().items()}
        settings = [s for s in ctx.meta[_META] if sources[s.key] is ParameterSource.DEFAULT_MAP]
        standing = [s for s in settings if not of_case or s.key in _OF_A_CASE]
        precision = ctx.params["precision"]
        told = tuple(replace(s, weaker=weaker(s, precision)) for s in standing)
        # Never of what makes a verdict weaker; and a file can't keep quiet about itself.
        quiet = bool(ctx.params.get("quiet")) and "quiet" not in {s.key for s in standing}
        for shown in line(
            s for s in told if s.weaker or not quiet
        ):  # at once: what it says holds for all that follows
            click.echo(f"settings  {shown}", err=ctx.params.get("json_file") == Path("-"))
        with holding(told):
            return super().invoke(ctx)

    def _settings(self) -> list[Setting]:
        found = find(Path.cwd())
        keys = {name: _key(option) for name, option in self._options().items()}
        return [] if found is None else read(found, VERB, keys)

    def _options(self) -> dict[str, click.Option]:
        """By what each is called in a file, its name on the line."""
        return {
            p.opts[-1].removeprefix("--"): p for p in self.params if isinstance(p, click.Option)
        }


_META = "parity.settings"


def _key(parameter: click.Option) -> Key:
    kind = parameter.type
    form: Form = "text"
    if parameter.is_flag:
        form = "flag"
    elif isinstance(kind, click.Path):
        form = "path"
    elif isinstance(kind, type(click.INT)):  # also a range of them
        form = "whole"
    elif isinstance(kind, type(click.FLOAT)):
        form = "number"
    choices = tuple(map(str, kind.choices)) if isinstance(kind, click.Choice) else ()
    return Key(form, parameter.multiple, choices)


def _checked(context: click.Context, parameter: click.Option, setting: Setting) -> Any:
    """The value, as the option would take it. Raises UsageError with the file."""
    value = list(setting.value) if isinstance(setting.value, tuple) else setting.value
    try:
        cast = parameter.type_cast_value(context, value)
        if parameter.callback is not None:
            parameter.callback(context, parameter, cast)
    except click.BadParameter as error:
        raise UsageError(f"{setting.file}: [{VERB}] {setting.key}: {error.message}") from error
    return value
