"""A program that runs `airflow` commands one after another in one process: Airflow takes longer to start than most run.

On stdin a JSON object a line: arguments, and what the environment has more for them. For each a line on stdout: the
exit code. What the commands print is in the file that the program was given.
"""

import json
import os
import sys
import traceback

from airflow.cli import cli_parser
from airflow.configuration import conf


def run(arguments: list[str]) -> int:
    """The exit code of one command, as the program `airflow` would end with."""
    try:
        given = cli_parser.get_parser().parse_args(arguments)
        given.func(given)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    output = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    conf.validate()
    before = dict(os.environ)
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ.clear()
        os.environ.update(before | asked["environment"])
        code = run(asked["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
        answers.write(f"{code}\n")
