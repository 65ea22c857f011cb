"""Reads files that cosim wrote with the readers other people made for them: spans with OpenTelemetry's own messages, signals
with pyvcd. Prints a line for each; what a reader does not take ends it."""

import base64
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData
from vcd.reader import TokenKind, tokenize


def spans(path):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    # OTLP writes ids in hexadecimal; the JSON of protocol buffers has them in base 64.
    for resource in data["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                for one in [span, *span.get("links", [])]:
                    for key in {"traceId", "spanId", "parentSpanId"} & one.keys():
                        one[key] = base64.b64encode(bytes.fromhex(one[key])).decode()
    traces = json_format.ParseDict(data, TracesData())
    found = [span for resource in traces.resource_spans for scope in resource.scope_spans for span in scope.spans]
    assert all(len(span.trace_id) == 16 and len(span.span_id) == 8 for span in found)
    assert all(span.start_time_unix_nano <= span.end_time_unix_nano for span in found)
    return len(found)


def signals(path):
    with open(path, "rb") as file:
        tokens = list(tokenize(file))
    declared = {token.var.id_code for token in tokens if token.kind is TokenKind.VAR}
    changes = [token for token in tokens if token.kind in (TokenKind.CHANGE_VECTOR, TokenKind.CHANGE_STRING)]
    for token in changes:
        change = token.vector_change if token.kind is TokenKind.CHANGE_VECTOR else token.string_change
        assert change.id_code in declared
    return len(changes)


for path in sys.argv[1:]:
    print(path, spans(path) if path.endswith(".json") else signals(path))
