"""Reads scenarios with the grammar for tree-sitter, compiled from what is committed, and colours them.

    python tree.py FOLDER SCENARIO...
"""

import ctypes
import re
import subprocess
import sys
from pathlib import Path

from tree_sitter import Language, Parser, Query, QueryCursor

HERE = Path("editors/tree-sitter-cosim")


def language(folder: Path) -> Language:
    library = folder / "cosim.so"
    sources = [HERE / "src/parser.c", HERE / "src/scanner.c"]
    subprocess.run(["cc", "-shared", "-fPIC", "-O0", "-w", f"-I{HERE}/src", "-o", library, *sources], check=True)
    function = ctypes.CDLL(str(library)).tree_sitter_cosim
    function.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype, capsule.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return Language(capsule(function(), b"tree_sitter.Language", None))


def leaves(node):
    if not node.children:
        yield node
    for child in node.children:
        yield from leaves(child)


def corpus():
    """The cases of the grammar's own tests: name, text, tree."""
    for path in sorted((HERE / "test/corpus").glob("*.txt")):
        parts = re.split(r"^=+\n(.*)\n=+\n", path.read_text(), flags=re.M)[1:]
        for name, case in zip(parts[::2], parts[1::2]):
            text, tree = case.split("\n---\n")
            yield name, text, re.sub(r"\s+(?=\))", "", " ".join(tree.split()))


def main() -> None:
    folder, scenarios = Path(sys.argv[1]), sys.argv[2:]
    cosim = language(folder)
    parser = Parser(cosim)
    tried = 0
    for name, text, wanted in corpus():
        tree = str(parser.parse(text.encode()).root_node)
        assert tree == wanted, f"{name}:\n{tree}\n{wanted}"
        tried += 1
    queries = {path.stem: Query(cosim, path.read_text()) for path in sorted((HERE / "queries").glob("*.scm"))}
    for scenario in scenarios:
        root = parser.parse(Path(scenario).read_bytes()).root_node
        broken = [node for node in leaves(root) if node.is_error or node.is_missing]
        assert not root.has_error, f"{scenario}: {broken or root}"
        captures = QueryCursor(queries["highlights"]).captures(root)
        coloured = {(node.start_byte, node.end_byte) for nodes in captures.values() for node in nodes}
        spans = [node for nodes in captures.values() for node in nodes if node.type in ("string", "plain_string")]
        for leaf in leaves(root):
            inside = any(span.start_byte <= leaf.start_byte and leaf.end_byte <= span.end_byte for span in spans)
            blank = leaf.start_byte == leaf.end_byte
            plain = (leaf.start_byte, leaf.end_byte) not in coloured and not inside and not blank
            assert not plain, f"{scenario}:{leaf.start_point}: `{leaf.type}` has no colour"
        tried += 1
    print(f"{tried} passed, 0 failed")


main()
