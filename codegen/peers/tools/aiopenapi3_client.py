"""A client: aiopenapi3 builds and sends each request from the contract."""

import json
import sys

import httpx2
import yaml
from aiopenapi3 import OpenAPI

contract, url, exchanges = sys.argv[1:]
with open(contract) as file:
    document = yaml.safe_load(file)
document["servers"] = [{"url": url}]

# What came over the wire: the library makes no model of a schema that says nothing, as that of `value`, and its failures
# don't tell what the server said.
answers = []


def session(**options) -> httpx2.Client:
    client = httpx2.Client(**options)
    client.event_hooks["response"].append(lambda answer: answers.append((answer.read(), answer)[1]))
    return client


api = OpenAPI.loads(f"{url}/openapi.yaml", yaml.safe_dump(document), session_factory=session)


# It takes forms as models of their schemas.
SCHEMAS = {"bodyForm": "Form", "bodyMultipart": "Parts"}


def call(operation, value):
    request = getattr(api._, operation)
    if not operation.startswith("body"):
        name = "X-Value" if operation.startswith("header") else "value"
        return request(parameters={name: value})
    if operation == "bodyBytes":
        return request(data=bytes.fromhex(value))
    if operation == "bodyForm":
        return request(data=api.components.schemas[SCHEMAS[operation]].get_type().model_validate(value))
    if operation == "bodyMultipart":
        # The model has no place for the file's name.
        parts = {"text": value["text"], "thing": value["thing"], "file": bytes.fromhex(value["file"])}
        return request(data=api.components.schemas[SCHEMAS[operation]].get_type()(**parts))
    if operation == "bodyRange":
        return request(data=bytes.fromhex(value["bytes"]))
    return request(data=value)


with open(exchanges) as file:
    for exchange in json.load(file):
        answers.clear()
        try:
            call(**exchange)
            line = {"error": "nothing was sent"}
        except Exception as error:  # what can't be sent is told, whatever it is
            line = {"error": f"{type(error).__name__}: {error}"}
        for answer in answers:
            is_seen = answer.status_code == 200
            line = {"seen": answer.json()["value"]} if is_seen else {"error": answer.text}
        print(json.dumps(line), flush=True)
