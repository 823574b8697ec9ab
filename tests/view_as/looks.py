"""What the tests of view-as share: beginning, ending, and whose eyes a page was drawn for."""

from django.urls import reverse

END = "/view-as/end/"
REASON = "Ticket 4711: prices look wrong"
OVER = "View-as has ended"


def begin(client, user, reason=REASON):
    return client.post(reverse("accounts:view_as_start", args=[user.pk]), {"reason": reason})


def eyes(client) -> str:
    """The e-mail of the person for whom the panel draws its pages now; empty when it asks to log in."""
    response = client.get("/profile/")
    return response.context["request"].user.email if response.status_code == 200 else ""


def is_over(client, viewer) -> bool:
    """Whether the next page says that the look ended, and all after it are the viewer's own."""
    answer = client.get("/profile/")
    told = answer.status_code == 302 and answer["Location"] == "/" and OVER in client.get("/").content.decode()
    return told and eyes(client) == viewer.email
