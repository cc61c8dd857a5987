"""Prints what is in an image, as CycloneDX has it: Debian's packages, Python, and its libraries.

Of the libraries what uv lists of the lock file, where that is given as the one argument.
"""

import json
import platform
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

WANTED = "${Package} ${Version} ${Architecture}\n"


def component(kind: str, name: str, version: str, more: str = "") -> dict[str, str]:
    """Return one part; `more` ends its package URL."""
    url = f"pkg:{kind}/{quote(name)}@{quote(version)}{more}"
    return {"type": "library", "name": name, "version": version, "purl": url, "bom-ref": url}


listed = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": []}
if sys.argv[1:]:
    listed = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
asked = ["dpkg-query", "--show", "--showformat", WANTED]
installed = subprocess.run(asked, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words
for line in installed.splitlines():
    name, version, architecture = line.split()
    listed["components"].append(component("deb/debian", name, version, f"?arch={architecture}"))
listed["components"].append(component("generic", "python", platform.python_version()))
json.dump(listed, sys.stdout, indent=1)
