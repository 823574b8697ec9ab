"""Jobs on rate cards. What a service refuses in words is shown to the user who started the job."""

import logging
from collections.abc import Callable

from django.core.exceptions import ValidationError

from accounts import jobs
from ratecards import store
from ratecards.models import RateCard
from ratecards.services import builds, bulk_builds, corrections, imports, large_changes, previews, publishing, uploads

GONE = "The rate card is not there any more."
DAMAGED = "Stored prices are damaged, so nothing was done: {}. Tell your support."

log = logging.getLogger(__name__)


@jobs.handler("import_rates")
def import_rates(work: jobs.Work) -> None:
    in_words(imports.run_import, work)


@jobs.handler("open_sheet")
def open_sheet(work: jobs.Work) -> None:
    in_words(uploads.run_opening, work)


@jobs.handler("correct_import")
def correct_import(work: jobs.Work) -> None:
    in_words(corrections.run_correction, work)


@jobs.handler("build_card", failed=bulk_builds.go_on_after)
def build_card(work: jobs.Work) -> None:
    """Of a bulk build the next card is asked for whatever became of this one, once it is over."""
    in_words(builds.run_build, work)
    bulk_builds.go_on(work)


@jobs.handler("preview_build")
def preview_build(work: jobs.Work) -> None:
    in_words(previews.run_preview, work)


@jobs.handler("publish_draft")
def publish_draft(work: jobs.Work) -> None:
    in_words(publishing.run_publishing, work)


@jobs.handler("change_rates")
def change_rates(work: jobs.Work) -> None:
    in_words(large_changes.run_change, work)


def in_words(run: Callable[[jobs.Work], None], work: jobs.Work) -> None:
    try:
        run(work)
    except ValidationError as error:
        raise jobs.Refused(" ".join(error.messages)) from error
    except store.Damaged as damage:
        log.error("job %s: %s", work.job.pk, damage)
        raise jobs.Refused(DAMAGED.format(damage)) from damage
    except RateCard.DoesNotExist as error:
        raise jobs.Refused(GONE) from error
