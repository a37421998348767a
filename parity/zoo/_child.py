"""The process that holds Paddle while a model is built: ``python -m parity.zoo._child REQUEST``.

A refusal, such as weights that don't fit, goes to the file that the request
names, and the status is 1. Whatever else ends this process, its parent reports.
"""

import json
import sys
from pathlib import Path

from parity import plugins
from parity.errors import ParityError
from parity.zoo.options import Options
from parity.zoo.recipe import read


def main(request: Path) -> int:
    asked = json.loads(request.read_text("utf-8"))
    try:
        recipe = read(Path(asked["recipe"]))
        builder = plugins.load("zoo.builders", recipe.builder)
        builder.build(recipe, Path(asked["into"]), Options.from_json(asked["options"]))
    except ParityError as error:
        Path(asked["refusal"]).write_text(str(error), "utf-8")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
