"""What is committed runs anywhere: no path of one machine, no registry's address, no link into nothing."""

import re

from tests.architecture.source import ROOT, files, text_of

# Put together from pieces, so that this file does not find itself.
PLACES = re.compile(
    r"(?<![\w.$}~-])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me/[a-z]", "tm" + "p")) + r")\b(?!\w)"
)
REGISTRIES = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "deb." + "debian.org",
    "proxy." + "golang.org",
    "crates" + ".io",
    "repo1." + "maven.org",
    "gh" + "cr.io",
    "docker" + ".io",
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")


def test_no_file_knows_a_path_of_one_machine() -> None:
    found = [
        f"{name}:{number}"
        for name in files()
        for number, line in enumerate(text_of(name).splitlines(), 1)
        if PLACES.search(line)
    ]
    assert not found, f"make these paths relative or a setting: {found}"


def test_no_file_names_a_package_registry() -> None:
    found = [f"{name}: {host}" for name in files() for host in REGISTRIES if host in text_of(name)]
    assert not found, f"clients know their registries, the checkout does not: {found}"


def test_every_relative_link_leads_somewhere() -> None:
    dead = []
    for name in files():
        if not name.endswith(".md"):
            continue
        for target in LINK.findall(text_of(name)):
            path = target.split("#")[0]
            is_relative = path and "://" not in target and not target.startswith("mailto:")
            if is_relative and not ((ROOT / name).parent / path).exists():
                dead.append(f"{name} -> {target}")
    assert not dead, f"links into nothing: {dead}"
