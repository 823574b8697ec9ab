"""What a request may bring: a body that says it is larger than an upload may be is not read."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

FIELDS = 1024**2  # bytes beside the files


class UploadLimit(FileUploadHandler):
    """The first of the upload handlers: 400 for a request beyond settings.UPLOAD_LIMIT. No more is read than it says."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > settings.UPLOAD_LIMIT + FIELDS:
            raise RequestDataTooBig("The request is larger than an upload may be.")

    def receive_data_chunk(self, raw_data, start):
        """Leave the data to the handlers below."""
        return raw_data

    def file_complete(self, file_size):
        return None
