"""python-tuf's client (ngclient) on mirrors that we wrote: one line of verdict for each line of standard
input, which is JSON: {"mirror", "root", "known" (folder or null), "target", "now"}.

The verdict is `ok SHA256` or `refused EXCEPTION`. `known` names a mirror that the client visits first, so that
it has something to compare with.
"""

import json
import sys
import tempfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import Updater
from tuf.ngclient.fetcher import FetcherInterface


class Folder(FetcherInterface):
    def _fetch(self, url):
        path = Path(url)
        if not path.is_file():
            raise DownloadHTTPError("not there", 404)
        yield path.read_bytes()


def visit(folder, mirror, root, target, now):
    client = Path(folder)
    (client / "metadata").mkdir(exist_ok=True)
    (client / "targets").mkdir(exist_ok=True)
    updater = Updater(
        metadata_dir=str(client / "metadata"),
        metadata_base_url=mirror + "/metadata/",
        target_dir=str(client / "targets"),
        target_base_url=mirror + "/targets/",
        fetcher=Folder(),
        bootstrap=Path(root).read_bytes(),
    )
    updater._trusted_set.reference_time = datetime.fromisoformat(now)
    updater.refresh()
    info = updater.get_targetinfo(target)
    if info is None:
        raise LookupError("no such target")
    return sha256(Path(updater.download_target(info)).read_bytes()).hexdigest()


for line in sys.stdin:
    case = json.loads(line)
    with tempfile.TemporaryDirectory() as folder:
        try:
            if case["known"]:
                visit(folder, case["known"], case["root"], case["target"], case["now"])
            verdict = "ok " + visit(folder, case["mirror"], case["root"], case["target"], case["now"])
        except Exception as error:
            verdict = "refused " + type(error).__name__
    print(verdict, flush=True)
