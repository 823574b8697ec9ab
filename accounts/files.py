"""Files of a company on disk: uploaded sheets and lists of refused lines, under names that nobody but we chose."""

import contextlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts import acl

KEPT = timedelta(days=7)
GONE = "The file is no longer here: upload it again."
# Each says of a company, by id, the keys whose files are kept however old they are.
needed: list[Callable[[int], set[str]]] = []


def keep_upload(file, *, actor) -> str:
    """Store what was uploaded (anything with `chunks()`) for the actor's company; returns its key, a UUID as text.

    Only our own processes can read it. Raises ValidationError beyond settings.UPLOAD_LIMIT bytes; then nothing stays.
    Files of the company that are older than KEPT go at the same time.
    """
    sweep(actor.company_id)
    key = str(uuid.uuid4())
    path = place(actor.company_id, f"{key}.upload")
    try:
        write(path, limited(file.chunks()))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return key


def drop_upload(key: str, *, company: int) -> None:
    """Delete an upload with all that was opened of it; nothing happens when it is gone."""
    for path in place(company, "").glob(f"{uuid.UUID(str(key))}.*"):
        if path.suffix in (".upload", ".opened", ".part", ".deck"):
            path.unlink(missing_ok=True)


def keep_opened(key: str, folder: Path, opened: dict, *, company: int) -> None:
    """Keep what was made of an upload: the parts (`<number>.csv` in a folder of the same disk), then what they are."""
    for path in folder.glob("*.csv"):
        path.rename(place(company, f"{uuid.UUID(str(key))}.{int(path.stem)}.part"))
    write(place(company, f"{uuid.UUID(str(key))}.opened"), [json.dumps(opened).encode()])


def opened_of(key: str, *, company: int) -> dict | None:
    """What was made of an upload, None when it is text as it came. Raises ValidationError as upload_path does."""
    path = upload_path(key, company=company).with_suffix(".opened")
    return json.loads(path.read_bytes()) if path.is_file() else None


def keep_deck_of(key: str, deck: dict | None, *, company: int) -> None:
    """Write down which code deck belongs to an upload, or that none does. Raises ValidationError as upload_path does."""
    path = upload_path(key, company=company).with_suffix(".deck")
    write(path, [json.dumps(deck).encode()])


def deck_of(key: str, *, company: int) -> dict | None:
    """What keep_deck_of wrote down, None for nothing. Raises ValidationError as upload_path does."""
    path = upload_path(key, company=company).with_suffix(".deck")
    return json.loads(path.read_bytes()) if path.is_file() else None


def sheet_path(key: str, part: int, *, company: int) -> Path:
    """The lines of one part of an upload. Raises ValidationError for a part that it does not have."""
    path = upload_path(key, company=company)
    if not path.with_suffix(".opened").is_file():
        return path
    path = place(company, f"{uuid.UUID(str(key))}.{int(part)}.part")
    if not path.is_file():
        raise ValidationError("The workbook has no such sheet.", code="part")
    return path


def sweep(company: int) -> None:
    """Delete the uploads and lists of refused lines of a company that nobody came back for in KEPT, nor needs.

    Outside of a unit of work nobody can say what is needed: then nothing goes.
    """
    if acl.current() is None:
        return
    oldest = time.time() - KEPT.total_seconds()
    kept = set().union(*(keys(company) for keys in needed))
    for path in place(company, "").iterdir():
        if path.name.split(".")[0] in kept:
            continue
        with contextlib.suppress(FileNotFoundError):  # another request sweeps as well
            if path.stat().st_mtime >= oldest:
                continue
            if path.is_dir():  # left by a job that was killed
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def upload_path(key: str, *, company: int) -> Path:
    """The file of an upload of a company; ValidationError for a key that is none, or whose file is gone."""
    try:
        path = place(company, f"{uuid.UUID(str(key))}.upload")
    except ValueError:
        raise ValidationError(GONE) from None
    if not path.is_file():
        raise ValidationError(GONE)
    return path


def refused_path(job_key, *, company: int) -> Path:
    """Where the refused lines of an import are kept; may not exist."""
    return place(company, f"{uuid.UUID(str(job_key))}.refused.csv")


def kept_deck_path(job_key, *, company: int) -> Path:
    """Where the code deck of an import with refused lines is kept; may not exist."""
    return place(company, f"{uuid.UUID(str(job_key))}.deck.csv")


def place(company: int, name: str) -> Path:
    folder = Path(settings.UPLOAD_DIR) / str(int(company))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / name


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that only our own account can read, in place of one of the same name, which is there whole until then."""
    new = path.with_name(f"{uuid.uuid4()}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as target:
            for piece in pieces:
                target.write(piece)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def rewrite_end(path: Path, start: int, pieces: Iterable[bytes]) -> int:
    """Let a file of ours go on with `pieces` after its first `start` bytes, whatever stood there; returns its length."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.seek(start)
        target.truncate()
        for piece in pieces:
            target.write(piece)
        return target.tell()


def limited(pieces: Iterable[bytes]) -> Iterable[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > settings.UPLOAD_LIMIT:
            raise ValidationError(f"The file is larger than {settings.UPLOAD_LIMIT // 1024**2} MB.")
        yield piece
