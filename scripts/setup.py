"""Make the working copy ready to run: ``.venv``, static packages, compiled translations.

Needs nothing but Python 3.11 and a package registry. Uses uv when it is there, else venv and pip; a Python
without ``ensurepip`` (Debian without python3-venv) gets pip from its wheel. Each part is skipped while the
files it depends on are unchanged, so a second run takes no time and no network.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CACHE = ROOT / ".cache"
STATIC = ROOT / "bihuan" / "web" / "static" / "vendor"
MINIMUM = (3, 11)
INDEX = "https://pypi.org/simple"


def main() -> int:
    if sys.version_info < MINIMUM:
        print(f"Python {'.'.join(map(str, MINIMUM))} or newer is needed, this is {sys.version.split()[0]}.")
        return 2
    os.chdir(ROOT)
    with only_one():
        prepare("environment", ["pyproject.toml", "constraints.txt"], PYTHON, install_packages)
        prepare("static packages", ["package-lock.json", "scripts/vendor.py"], STATIC, vendor_static_packages)
        compile_translations()
    return 0


@contextmanager
def only_one() -> Iterator[None]:
    """Two verbs started at once prepare the copy one after the other."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(name: str, sources: list[str], product: Path, make: Callable[[], None]) -> None:
    """Call ``make`` unless ``product`` exists and was made from these very sources."""
    stamp = CACHE / f"{name.replace(' ', '-')}.stamp"
    digest = digest_of(sources)
    if product.exists() and stamp.exists() and stamp.read_text() == digest:
        return
    stamp.unlink(missing_ok=True)
    started = time.monotonic()
    print(f"Preparing {name} (needs the network the first time) …", flush=True)
    make()
    stamp.write_text(digest)
    print(f"Prepared {name} in {time.monotonic() - started:.0f} s", flush=True)


def digest_of(sources: list[str]) -> str:
    """A digest of the files' content, of this script's version of Python and of the place of the copy."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for source in sources:
        path = ROOT / source
        digest.update(path.read_bytes() if path.exists() else b"-")
    return digest.hexdigest()


def install_packages() -> None:
    """Install the project with its development tools into ``.venv``: uv, else pip."""
    uv = working_uv()
    if not is_usable_venv():
        shutil.rmtree(VENV, ignore_errors=True)
        create_venv(uv)
    wanted = ["--constraint", "constraints.txt", "--editable", ".[dev]"]
    if uv:
        run([uv, "pip", "install", "--quiet", "--python", str(PYTHON), *wanted])
    else:
        run([str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *wanted])


def working_uv() -> str | None:
    """The path of a uv that starts (a version manager's shim may not), or None."""
    uv = shutil.which("uv")
    if uv and subprocess.run([uv, "--version"], capture_output=True).returncode == 0:
        return uv
    return None


def is_usable_venv() -> bool:
    """True when ``.venv`` holds a Python of the version that runs this script."""
    if not PYTHON.exists():
        return False
    asked = [str(PYTHON), "-c", "import sys; print(sys.version_info[:2], sys.prefix)"]
    answer = subprocess.run(asked, capture_output=True, text=True)
    return answer.stdout.strip() == f"{sys.version_info[:2]} {VENV}"


def create_venv(uv: str | None) -> None:
    if uv:
        run([uv, "venv", "--quiet", "--python", sys.executable, str(VENV)])
        return
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    venv.create(VENV, with_pip=has_ensurepip, symlinks=True)
    if not has_ensurepip:
        install_pip_from_wheel()


def install_pip_from_wheel() -> None:
    """Bring pip into a virtual environment whose Python lacks ensurepip: a pip wheel can install itself."""
    index = os.environ.get("PIP_INDEX_URL", INDEX).rstrip("/")
    request = urllib.request.Request(f"{index}/pip/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    wheel = [file for file in files if file["filename"].endswith("-py3-none-any.whl") and not file.get("yanked")][-1]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, wheel["filename"])
        with urllib.request.urlopen(wheel["url"], timeout=120) as answer:
            path.write_bytes(answer.read())
        if hashlib.sha256(path.read_bytes()).hexdigest() != wheel["hashes"]["sha256"]:
            raise SystemExit(f"The downloaded {wheel['filename']} does not have the checksum of the index.")
        run([str(PYTHON), f"{path}/pip", "install", "--quiet", "--disable-pip-version-check", str(path)])


def vendor_static_packages() -> None:
    run([str(PYTHON), "scripts/vendor.py"])


def compile_translations() -> None:
    """Write each ``.mo`` that is missing or older than its ``.po``."""
    catalogs = sorted(ROOT.glob("bihuan/locale/*/LC_MESSAGES/*.po"))
    stale = [po for po in catalogs if is_stale(po.with_suffix(".mo"), po)]
    if stale:
        run([str(PYTHON), "-m", "checks.catalog", "--compile"])


def is_stale(product: Path, source: Path) -> bool:
    return not product.exists() or product.stat().st_mtime < source.stat().st_mtime


def run(command: list[str]) -> None:
    """Run a command in the root; when it fails, say which one and stop with its code."""
    code = subprocess.run(command, cwd=ROOT).returncode
    if code:
        print(f"Setting up failed at: {' '.join(command)}", file=sys.stderr)
        raise SystemExit(code)


if __name__ == "__main__":
    sys.exit(main())
