"""The log of requests, without what a path can hold: links to invitations and passwords are secrets."""

from django.urls import Resolver404, resolve
from django_structlog.middlewares import RequestMiddleware


class RequestLog(RequestMiddleware):
    """Names the route instead of the address."""

    @staticmethod
    def format_request(request) -> str:
        try:
            route = (request.resolver_match or resolve(request.path_info)).route
        except Resolver404:
            route = "(no route)"
        return f"{request.method} /{route}"
