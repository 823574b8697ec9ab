#!/usr/bin/env python3
"""The one command of the project.

On first use it makes .venv beside this file, installs the pinned packages and runs itself again inside. Up to re_run()
only the standard library, in a syntax that old interpreters read too: they shall print a message, not a traceback.
All messages go to stderr, stdout belongs to the commands.
"""
# ruff: noqa: SIM115, UP024, UP031 (the old syntax is the point)

import os
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
STAMP = os.path.join(VENV, "connexcs.stamp")
OURS = ("accounts", "resellers", "ratecards", "connexcs", "tests")


def say(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def stop(text, code=3):
    say("\nerror: " + text)
    sys.exit(code)


# -- is the environment there? -----------------------------------------------------------------------------------------


def wanted():
    """What the environment must be made of; a change installs again. The path counts: scripts in .venv hold it."""
    import hashlib

    digest = hashlib.sha256(ROOT.encode("utf-8", "surrogateescape"))
    for name in ("pyproject.toml", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def ready():
    try:
        with open(STAMP) as file:
            return os.path.exists(PYTHON) and file.read().strip() == wanted()
    except (OSError, IOError):
        return False


# -- make it -----------------------------------------------------------------------------------------------------------


def prepare():
    """Make or refresh .venv. The lock makes a second command wait for the first."""
    if not (3, 11) <= sys.version_info[:2] < (3, 15):
        stop(
            "Python 3.11 to 3.14 is needed, this is %d.%d (%s).\nStart it with another one, for example: "
            "python3.12 manage.py ..." % (sys.version_info[0], sys.version_info[1], sys.executable)
        )
    try:
        lock = open(os.path.join(ROOT, ".venv.lock"), "a")
    except OSError as error:
        stop(
            "the first set-up must write into %s: %s.\nMake it writable once, or install the packages yourself and set "
            "CONNEXCS_NO_VENV=1." % (ROOT, error.strerror)
        )
    with lock:
        if not hold(lock, wait=False):
            say("another command is setting up .venv, waiting for it ...")
            hold(lock, wait=True)
        if not ready():
            build()


def hold(file, wait):
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        return True
    except OSError:
        return wait and hold(file, wait)


def build():
    """Make .venv if it is missing or half made, install, and stamp it last."""
    digest, env = wanted(), clean_environment()
    again = os.path.exists(STAMP)
    if again:
        os.unlink(STAMP)
    say(
        "packages changed, installing again ..."
        if again
        else "first start: making .venv and installing the packages (once, about a minute) ..."
    )
    if not has_pip(env):
        make_venv(env)
    install(env)
    with open(STAMP + ".new", "w") as file:
        file.write(digest + "\n")
    os.replace(STAMP + ".new", STAMP)


def clean_environment():
    """Settings that would lead pip or Python out of .venv are taken away."""
    env = dict(os.environ, PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    for name in ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"):
        env.pop(name, None)
    if os.path.expanduser("~") in ("~", "/"):  # no HOME and no account entry: pip would write a folder named ~
        env["PIP_NO_CACHE_DIR"] = "1"
    return env


def has_pip(env):
    """False for no .venv, for one that an interrupted start left, and for one that uv made."""
    import subprocess

    try:
        return subprocess.call([PYTHON, "-c", "import pip"], env=env, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_venv(env):
    import subprocess

    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "this Python has no venv or no ensurepip. On Debian and Ubuntu:\n    apt install python3-venv\n"
            "Or use uv: uv run manage.py ..."
        )
    clear = ["--clear"] if os.path.exists(os.path.join(VENV, "pyvenv.cfg")) else []
    if subprocess.call([sys.executable, "-m", "venv"] + clear + [VENV], env=env, stdout=sys.stderr):
        stop("could not make %s (see above)." % VENV)


def install(env):
    """The requirements themselves, not the project: nothing to build, so a second time it works offline."""
    import subprocess

    command = [PYTHON, "-m", "pip", "install", "-qq", "--retries", "2", "-c", "constraints.txt"]
    if subprocess.call(command + requirements(), cwd=ROOT, env=env, stdout=sys.stderr):
        stop(
            "installing the packages failed (see above; without a network pip speaks of conflicting dependencies).\n"
            "No network? Set PIP_INDEX_URL to a mirror, or PIP_NO_INDEX=1 and PIP_FIND_LINKS=<folder of wheels>.\n"
            "The next start tries again."
        )


def requirements():
    import tomllib

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        project = tomllib.load(file)["project"]
    return project["dependencies"] + project["optional-dependencies"]["dev"]


# -- run ---------------------------------------------------------------------------------------------------------------


def re_run():
    """Run this file again inside .venv; returns only where that is not needed. exec keeps pid, terminal and signals."""
    if os.environ.get("CONNEXCS_NO_VENV") or sys.prefix != getattr(sys, "base_prefix", sys.prefix):
        return
    if not ready():
        try:
            prepare()
        except KeyboardInterrupt:
            stop("interrupted; the next start goes on.", 130)
    arguments = [PYTHON, os.path.abspath(__file__)] + sys.argv[1:]
    if os.name != "nt":
        os.execv(PYTHON, arguments)
    import contextlib
    import subprocess

    child = subprocess.Popen(arguments)
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # the child got it too and ends in its own way
            sys.exit(child.wait())


def main():
    """Run the command; what a person can mend ends in one message and exit code 3."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connexcs.settings")
    try:
        from connexcs.embedded import Trouble
    except ImportError as error:
        missing(error)
    try:
        run()
    except Trouble as trouble:
        stop(str(trouble))
    except ImportError as error:
        missing(error)
    except KeyboardInterrupt:
        sys.exit(130)


def run():
    if sys.argv[1:2] == ["test"]:
        from connexcs.testing import run as run_tests

        sys.exit(run_tests(sys.argv[2:]))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def missing(error):
    """A package of others that is not installed is named; a broken import of ours shows where it is."""
    name = (error.name or "").partition(".")[0]
    if name in OURS or not isinstance(error, ModuleNotFoundError):
        raise error
    stop(
        "the package %s is not installed in %s.\nUnset CONNEXCS_NO_VENV, leave the active environment, or run:\n"
        "    pip install -c constraints.txt -e '.[dev]'" % (name, sys.prefix)
    )


if __name__ == "__main__":
    re_run()
    main()
