"""Prints each event of a job as httpx-sse tells it, one array of JSON a line; comes back until the job has ended."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "python_modules"))

import httpx
from httpx_sse import connect_sse

TRIES = 20

url, token, end = sys.argv[1:4]
last = ""
for _ in range(TRIES):
    headers = {"Authorization": "Bearer " + token}
    if last:
        headers["Last-Event-ID"] = last
    try:
        with httpx.Client(timeout=30) as client, connect_sse(client, "GET", url, headers=headers) as source:
            for event in source.iter_sse():
                if not event.data:
                    continue  # It makes one of each empty line, a heartbeat's too.
                last = event.id
                print(json.dumps([event.id, event.event, event.data]))
                if event.event == end:
                    sys.exit()
    except httpx.TransportError:
        pass  # It was cut.
sys.exit("cut " + str(TRIES) + " times")
