"""lemon24/reader driven from a pipe, by the Python of the environment that has it: see `drive_chipwire`.

Its search index stays off, as its own update does not fill it. Eight workers, as its documentation
advises, and all feeds at each pass, whatever they are scheduled for.
"""

import json
import sys
import time
from pathlib import Path

from reader import make_reader  # type: ignore[import-not-found]


def main(store: str, urls: list[str]) -> None:
    with make_reader(store) as reader:
        for url in urls:
            reader.add_feed(url)
        print("ready", flush=True)
        for _ in sys.stdin:
            began = time.perf_counter()
            reader.update_feeds(scheduled=False, workers=8)
            seconds = time.perf_counter() - began
            print(json.dumps({"seconds": seconds, "items": reader.get_entry_counts().total}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).read_text().split())
