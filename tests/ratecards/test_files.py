"""Files of companies on disk are reached by their own key alone, in the folder of their company."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from accounts import files


@pytest.fixture
def foreign(settings, tmp_path):
    """The key of a file that company 2 uploaded."""
    settings.UPLOAD_DIR = tmp_path
    key = str(uuid.uuid4())
    files.place(2, f"{key}.upload").write_text("theirs")
    return key


def test_the_company_reaches_its_file(foreign):
    assert files.upload_path(foreign, company=2).read_text() == "theirs"


@pytest.mark.parametrize("asked", ["{}", "../2/{}", "./../2/{}", "{}.upload/..", "", "../2/x\0"])
def test_no_key_leads_to_the_file_of_another(foreign, asked):
    with pytest.raises(ValidationError):
        files.upload_path(asked.format(foreign), company=1)
