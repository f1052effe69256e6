"""Make sure that what the tests need from the operating system is there: a browser, Chinese fonts, a mail server.

As root on Debian or Ubuntu what is missing is installed; anyone else is told what to install, and the run stops.
"""

import os
import shutil
import subprocess
import sys

NEEDS = {
    "chromium": "the browser of the journeys",
    "fonts-noto-cjk": "Chinese in pictures and PDF files",
    "dovecot-imapd": "the IMAP server of the mail tests",
}


def main() -> int:
    missing = [package for package in NEEDS if not is_present(package)]
    if not missing:
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        return install(missing)
    print("The tests also need, from the operating system:")
    for package in missing:
        print(f"  {package:16} {NEEDS[package]}")
    print(f"On Debian or Ubuntu: sudo apt-get install {' '.join(missing)}")
    return 2


def is_present(package: str) -> bool:
    match package:
        case "chromium":
            return bool(shutil.which("chromium"))
        case "dovecot-imapd":
            return bool(shutil.which("dovecot") or os.path.exists("/usr/sbin/dovecot"))
        case _:
            return has_chinese_font()


def has_chinese_font() -> bool:
    """True when fontconfig knows a font for Chinese."""
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True).stdout.strip())


def install(packages: list[str]) -> int:
    """Install Debian packages without starting their services."""
    print(f"Installing {', '.join(packages)} …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    commands = [
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages],
    ]
    for command in commands:
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
