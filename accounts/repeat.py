"""A request done a second time: what the first run left in memory is put back as it was before it.

Rows, trail, jobs and mails need nothing: they hang on the transaction, which is gone.
"""

import copy

from django.contrib.messages.storage import default_storage


class Before:
    """The request as it stood before its view; `restore` puts that back."""

    def __init__(self, request):
        self.request, self.session = request, copy.deepcopy(request.session.__dict__)

    def restore(self) -> None:
        """Session as it was, messages read anew, uploaded files from their beginning."""
        self.request.session.__dict__ = self.session
        self.request._messages = default_storage(self.request)
        for _, files in self.request.FILES.lists():
            for file in files:
                file.seek(0)
