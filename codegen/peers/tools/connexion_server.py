"""A server on connexion 3, which reads and checks requests by the contract."""

import logging
import os
import socket
import sys
import threading

import connexion
import uvicorn
from connexion.resolver import Resolver


def handler(operation):
    """The function of an operation: connexion hands over only what it has an argument for."""

    def parameter(value=None, x_value=None):
        place = connexion.request
        if operation.startswith("header"):
            value = x_value if x_value is not None else place.headers.get("X-Value")
        if operation.startswith("cookie"):
            value = place.cookies.get("value")
        return {"value": value}

    def body(body):
        if isinstance(body, bytes):
            text = body.hex()
            if operation == "bodyRange":
                return {"value": {"type": connexion.request.headers["content-type"], "bytes": text}}
            return {"value": text if operation == "bodyBytes" else body.decode()}
        return {"value": body}

    async def parts(body, file):
        content = file.read()
        if hasattr(content, "__await__"):
            content = await content
        return {"value": {**body, "file": content.hex(), "name": file.filename}}

    if operation == "bodyMultipart":
        return parts
    return body if operation.startswith("body") else parameter


# What is refused is told by the answer.
logging.disable(logging.CRITICAL)

app = connexion.AsyncApp(__name__)
app.add_api(sys.argv[1], resolver=Resolver(handler), pythonic_params=True)

listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
