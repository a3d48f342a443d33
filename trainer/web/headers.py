"""Security headers of every response: no foreign content, no framing, and no caching or indexing of personal pages."""

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "media-src 'self' blob:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PRIVATE_PREFIXES = (
    "/r/",
    "/hall/",
    "/lost",
    "/desk",
    "/m/",
    "/u/",
    "/invitation/",
    "/forgotten-password",
    "/new-password/",
)
UNINDEXED_PREFIXES = (*PRIVATE_PREFIXES, "/v/", "/V/", "/tablet/")


def register_security_headers(app: Flask) -> None:
    """Add the security headers to every response of the application."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        path = request.path
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
        response.headers["Referrer-Policy"] = "no-referrer" if path.startswith(UNINDEXED_PREFIXES) else "same-origin"
        if path.startswith(PRIVATE_PREFIXES):
            response.headers["Cache-Control"] = "no-store"
        if path.startswith(UNINDEXED_PREFIXES):
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
