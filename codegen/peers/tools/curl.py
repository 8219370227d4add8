"""A client: curl, told what to send by rule: RFC 6570 for parameters, the media type for bodies."""

import json
import subprocess
import sys
import tempfile
from urllib.parse import quote

_, url, exchanges = sys.argv[1:]

# Style: what stands first, and between the members where they are exploded.
STYLES = {"Simple": ("", ","), "Label": (".", "."), "Matrix": (";", ";"), "Form": ("", "&")}


def encoded(value):
    return quote(str(value), safe="")


def expanded(style, value, each, code=encoded):
    """RFC 6570 §3.2.1: names and values are encoded, and only then joined."""
    first, between = STYLES[style]
    is_named = style in ("Matrix", "Form")
    name = "value=" if is_named else ""
    if isinstance(value, list):
        items = [code(item) for item in value]
        text = between.join(name + item for item in items) if each else name + ",".join(items)
    elif isinstance(value, dict) and each:
        text = between.join(f"{key}={code(member)}" for key, member in value.items())
    elif isinstance(value, dict):
        text = name + ",".join(f"{key},{code(member)}" for key, member in value.items())
    else:
        text = name + code(value)
    return first + text


def arguments(operation, value, folder):
    """What curl is told after its general options."""
    each = operation.endswith("Each")
    style = next((style for style in STYLES if style in operation), "")
    target = f"{url}/{operation}"
    if operation.startswith("path"):
        return [f"{target}/{expanded(style, value, each)}"]
    if operation.startswith("queryForm"):
        return [f"{target}?{expanded(style, value, each)}"]
    if operation.startswith("queryDeep"):
        return [target + "?" + "&".join(f"value%5B{k}%5D={encoded(v)}" for k, v in value.items())]
    if operation.startswith("query"):
        between = "%20" if "Space" in operation else "%7C"
        return [f"{target}?value={between.join(map(encoded, value))}"]
    if operation.startswith("header"):
        # Header fields are not percent-encoded (OAS 3.1.1 §4.8.12); one that is empty ends with `;` for curl.
        text = expanded(style, value, each, str)
        return ["--header", f"X-Value: {text}" if text else "X-Value;", target]
    if operation.startswith("cookie"):
        return ["--cookie", expanded(style, value, each), target]
    return [*body(operation, value, folder), target]


def body(operation, value, folder):
    def file(content):
        path = f"{folder}/content"
        with open(path, "wb") as out:
            out.write(content)
        return path

    def data(media, content):
        return ["--header", f"Content-Type: {media}", "--data-binary", f"@{file(content)}"]

    if operation == "bodyForm":
        pairs = [("text", value["text"]), ("number", value["number"])]
        pairs += [("words", word) for word in value["words"]]
        return [word for name, text in pairs for word in ("--data-urlencode", f"{name}={text}")]
    if operation == "bodyMultipart":
        path = file(bytes.fromhex(value["file"]))
        return [
            "--form-string", f"text={value['text']}",
            "--form", f"thing={quoted(json.dumps(value['thing']))};type=application/json",
            "--form", f"file=@{path};filename={quoted(value['name'])};type=application/octet-stream",
        ]
    if operation == "bodyJson":
        return data("application/vnd.peers+json", json.dumps(value).encode())
    if operation == "bodyText":
        return data("text/plain; charset=utf-8", value.encode())
    if operation == "bodyRange":
        return data(value["type"], bytes.fromhex(value["bytes"]))
    return data("application/octet-stream", bytes.fromhex(value))


def quoted(text):
    """As curl's --form has it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def send(operation, value):
    with tempfile.TemporaryDirectory() as folder:
        words = ["curl", "--silent", "--show-error", "--globoff", "--path-as-is", "--noproxy", "*"]
        ended = subprocess.run(words + arguments(operation, value, folder), capture_output=True)
    text = ended.stdout.decode()
    try:
        return {"seen": json.loads(text)["value"]}
    except (ValueError, KeyError):
        return {"error": text or ended.stderr.decode()}


with open(exchanges) as file:
    for exchange in json.load(file):
        print(json.dumps(send(**exchange)), flush=True)
