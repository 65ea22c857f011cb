// Drives `cosim lsp` as an editor does, with the client library that VS Code's extensions use.
//
//   node client.mjs COSIM MODULES FOLDER SCENARIOS
//
// Prints a line for everything it tried; fails with the first thing that is not as it should be.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [cosim, modules, folder, scenarios] = process.argv.slice(2);
const lsp = createRequire(join(modules, 'x.js'))('vscode-languageserver-protocol/node');

/** An editor: documents, their versions, and what the server said of them. */
class Editor {
    constructor(process) {
        this.process = process;
        const reader = new lsp.StreamMessageReader(process.stdout);
        this.connection = lsp.createProtocolConnection(reader, new lsp.StreamMessageWriter(process.stdin));
        this.told = new Map();
        this.waiting = [];
        this.refreshed = 0;
        this.texts = new Map();
        this.connection.onNotification(lsp.PublishDiagnosticsNotification.type, (told) => {
            this.told.set(told.uri, told);
            this.waiting.splice(0).forEach((wake) => wake());
        });
        this.connection.onRequest(lsp.InlayHintRefreshRequest.type, () => {
            this.refreshed += 1;
        });
        this.connection.listen();
    }

    static async start(encodings, options = {}) {
        const editor = new Editor(spawn(cosim, ['lsp'], { stdio: ['pipe', 'pipe', 'inherit'] }));
        editor.initialized = await editor.connection.sendRequest(lsp.InitializeRequest.type, {
            processId: process.pid,
            rootUri: pathToFileURL(folder).href,
            capabilities: {
                general: { positionEncodings: encodings },
                workspace: {
                    workspaceEdit: { documentChanges: options.versions ?? true },
                    inlayHint: { refreshSupport: true },
                },
                textDocument: { completion: { completionItem: { snippetSupport: options.snippets ?? true } } },
            },
            initializationOptions: { pages: 'cosim-page:/' },
        });
        await editor.connection.sendNotification(lsp.InitializedNotification.type, {});
        return editor;
    }

    uri(name) {
        return pathToFileURL(join(folder, name)).href;
    }

    async open(name, text, languageId = 'cosim') {
        const textDocument = { uri: this.uri(name), languageId, version: 1, text };
        this.texts.set(name, { text, version: 1 });
        await this.connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, { textDocument });
    }

    /** Replaces a part of a document: with the range, as a key stroke, or all of it. */
    async change(name, text, range) {
        const known = this.texts.get(name);
        known.version += 1;
        if (range) {
            known.text = known.text.slice(0, this.offset(name, range.start)) + text + known.text.slice(this.offset(name, range.end));
        } else {
            known.text = text;
        }
        await this.connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
            textDocument: { uri: this.uri(name), version: known.version },
            contentChanges: [range ? { range, text } : { text }],
        });
    }

    /** What is wrong with the newest version of a document. */
    async problems(name) {
        const { version } = this.texts.get(name);
        while (this.told.get(this.uri(name))?.version !== version) {
            await new Promise((wake) => this.waiting.push(wake));
        }
        return this.told.get(this.uri(name)).diagnostics;
    }

    /** The next thing that is said of a document, whatever its version. */
    async toldAnew(name) {
        this.told.delete(this.uri(name));
        while (!this.told.has(this.uri(name))) {
            await new Promise((wake) => this.waiting.push(wake));
        }
        return this.told.get(this.uri(name)).diagnostics;
    }

    /** Where `what` stands, `behind` characters on; positions in UTF-16. */
    at(name, what, behind = 0) {
        const { text } = this.texts.get(name);
        const found = text.indexOf(what);
        assert.ok(found >= 0, `${what} is not in ${name}`);
        return this.position(text, found + behind);
    }

    position(text, offset) {
        const before = text.slice(0, offset).split('\n');
        return { line: before.length - 1, character: before.at(-1).length };
    }

    offset(name, position) {
        const lines = this.texts.get(name).text.split('\n');
        return lines.slice(0, position.line).reduce((sum, line) => sum + line.length + 1, 0) + position.character;
    }

    ask(type, name, position, more = {}) {
        return this.connection.sendRequest(type, { textDocument: { uri: this.uri(name) }, position, ...more });
    }

    /** The text of a document after edits. */
    edited(name, edits) {
        let { text } = this.texts.get(name);
        const from = (edit) => this.offset(name, edit.range.start);
        for (const edit of [...edits].sort((a, b) => from(b) - from(a))) {
            text = text.slice(0, from(edit)) + edit.newText + text.slice(this.offset(name, edit.range.end));
        }
        return text;
    }

    /** The edits of a workspace edit, by document. */
    edits(edit, name) {
        const uri = this.uri(name);
        if (edit.documentChanges) {
            const change = edit.documentChanges.find((change) => change.textDocument.uri === uri);
            assert.equal(change.textDocument.version, this.texts.get(name)?.version ?? null);
            return change.edits;
        }
        return edit.changes[uri];
    }

    async stop() {
        const ended = new Promise((done) => this.process.on('exit', done));
        await this.connection.sendRequest(lsp.ShutdownRequest.type);
        await this.connection.sendNotification(lsp.ExitNotification.type);
        assert.equal(await ended, 0, 'it ends well');
    }
}

const PROGRAM = `// Ten loads.
param loads = 10

resource machine(10)

task wash(load) {
    with machine {
        work 2min                "load {load}"
        await io(30min)          "machine runs {load}"
    }
}

main {
    for load in 1..=loads { spawn wash(load) }
}
`;

const EXPERIMENT = `Experiment(
    program: File("laundry.cosim"),
    params: {"loads": 3},
    compare: [
        (name: "threads", runtime: Threads(workers: 1)),
        (name: "loop", runtime: Asyncio()),
    ],
    expect: ["peak(machine, 'loop') > 0", "max(turnaround, 'loop', of: 'wash') > 0s"],
)
`;

const tried = [];
async function trying(what, act) {
    const began = performance.now();
    await act();
    tried.push(what);
    console.log(what, Math.round(performance.now() - began));
}

const editor = await Editor.start(['utf-16']);

await trying('what it can do', () => {
    const { capabilities, serverInfo } = editor.initialized;
    assert.equal(serverInfo.name, 'cosim');
    assert.equal(capabilities.positionEncoding, 'utf-16');
    for (const one of ['hover', 'definition', 'references', 'rename', 'inlayHint', 'completion', 'codeAction', 'documentFormatting']) {
        assert.ok(capabilities[`${one}Provider`], one);
    }
});

await trying('mistakes, and their repair', async () => {
    await editor.open('laundry.cosim', PROGRAM.replace('await io', 'io').replace('work 2min', 'work 2').replace('wash(load) }', 'wahs(load) }'));
    const problems = await editor.problems('laundry.cosim');
    assert.deepEqual(problems.map((problem) => problem.code), ['E0032', 'E0302']);
    const [wait, unit] = problems;
    assert.equal(wait.source, 'cosim');
    assert.equal(wait.severity, 1);
    assert.equal(wait.codeDescription.href, 'cosim-page:/E0032.md');
    assert.match(wait.message, /only what takes time has a label/);
    assert.deepEqual(wait.relatedInformation[0].location.range.start, editor.at('laundry.cosim', 'io(30min)'));
    assert.match(unit.message, /`work` takes a duration, not an int\nno unit\nhelp: the units are .*\nhelp: give it a unit/);
    const page = await editor.connection.sendRequest('cosim/explain', { topic: 'E0032.md' });
    assert.match(page, /^# E0032: /);
    for (const code of ['E0032', 'E0302', 'E0102']) {
        const [problem] = await editor.problems('laundry.cosim');
        assert.equal(problem.code, code);
        const actions = await editor.connection.sendRequest(lsp.CodeActionRequest.type, {
            textDocument: { uri: editor.uri('laundry.cosim') },
            range: problem.range,
            context: { diagnostics: [problem] },
        });
        const [action] = actions.filter((action) => action.isPreferred);
        assert.equal(action.kind, 'quickfix');
        await editor.change('laundry.cosim', editor.edited('laundry.cosim', editor.edits(action.edit, 'laundry.cosim')));
    }
    assert.equal(editor.texts.get('laundry.cosim').text, PROGRAM.replace('work 2min', 'work 2ms'));
    await editor.change('laundry.cosim', PROGRAM);
    assert.deepEqual(await editor.problems('laundry.cosim'), []);
});

await trying('an inlay at every await point', async () => {
    const inlays = async () => {
        const end = editor.position(PROGRAM, PROGRAM.length);
        const textDocument = { uri: editor.uri('laundry.cosim') };
        const range = { start: { line: 0, character: 0 }, end };
        return editor.connection.sendRequest(lsp.InlayHintRequest.type, { textDocument, range });
    };
    const alone = await inlays();
    assert.deepEqual(alone.map((inlay) => inlay.label), ['frees the worker', 'frees the worker']);
    assert.deepEqual(alone[1].position, editor.at('laundry.cosim', 'io(30min)', 'io(30min)'.length));
    const before = editor.refreshed;
    await editor.open('laundry.ron', EXPERIMENT, 'ron');
    assert.deepEqual(await editor.problems('laundry.ron'), []);
    assert.ok(editor.refreshed > before, 'it has the editor ask again');
    const compared = await inlays();
    assert.equal(compared[0].label, 'Asyncio free, Threads held');
    assert.match(compared[0].tooltip.value, /\*\*threads\*\* \(Threads\): holds its worker/);
});

await trying('hover', async () => {
    const hover = async (name, what, behind) => (await editor.ask(lsp.HoverRequest.type, name, editor.at(name, what, behind)))?.contents.value;
    const io = await hover('laundry.cosim', 'io(30min)', 1);
    assert.match(io, /device that has a clock of its own/);
    assert.match(io, /\*\*Asyncio\*\*: .*asyncio\.sleep/);
    assert.match(io, /\*\*Go\*\*: /);
    assert.match(await hover('laundry.cosim', 'machine {'), /resource machine\(10\)/);
    assert.match(await hover('laundry.cosim', 'loads {'), /param loads = 10/);
    assert.match(await hover('laundry.ron', 'loads'), /param loads = 10/);
    assert.match(await hover('laundry.ron', 'Asyncio'), /\*\*Asyncio\*\*/);
    assert.equal(await hover('laundry.cosim', 'Ten loads'), undefined);
});

await trying('completion', async () => {
    const offered = async (name, what, behind) => {
        const items = await editor.ask(lsp.CompletionRequest.type, name, editor.at(name, what, behind));
        return items;
    };
    const tasks = await offered('laundry.cosim', 'spawn wash', 'spawn wa'.length);
    assert.deepEqual(tasks.map((item) => item.label), ['wash']);
    assert.equal(tasks[0].textEdit.newText, 'wash(${1:load})');
    assert.deepEqual(tasks[0].textEdit.range.start, editor.at('laundry.cosim', 'wash(load) }'));
    const statement = await offered('laundry.cosim', 'work 2min');
    assert.ok(['work', 'await', 'machine', 'load'].every((word) => statement.some((item) => item.label === word)));
    const [work] = statement.filter((item) => item.label === 'work');
    assert.equal(work.documentation, undefined, 'pages are looked up when they are looked at');
    const read = await editor.connection.sendRequest(lsp.CompletionResolveRequest.type, work);
    assert.match(read.documentation.value, /nobody else runs on it/);
    assert.match(read.detail, /computes for five milliseconds/);
    const typed = (what, triggerCharacter) => {
        const context = { triggerKind: 2, triggerCharacter };
        return editor.ask(lsp.CompletionRequest.type, 'laundry.cosim', editor.at('laundry.cosim', what, what.length), { context });
    };
    assert.equal(await typed('with machine ', ' '), null, 'a blank alone asks for nothing');
    assert.equal((await typed('spawn ', ' ')).length, 1);
    const settings = await offered('laundry.ron', 'workers: 1');
    assert.ok(settings.some((item) => item.label === 'policy'));
    const terms = await offered('laundry.ron', "peak(machine, 'loop'", 'peak(ma'.length);
    assert.ok(['makespan', 'machine', 'turnaround'].every((word) => terms.some((item) => item.label === word)));
    const runs = await offered('laundry.ron', "'loop'", 2);
    assert.deepEqual(runs.map((item) => item.label), ['threads', 'loop']);
    const files = await offered('laundry.ron', 'laundry.cosim');
    assert.ok(files.some((item) => item.label === 'laundry.cosim'));
});

await trying('definition, references, outline, parameters', async () => {
    const target = await editor.ask(lsp.DefinitionRequest.type, 'laundry.cosim', editor.at('laundry.cosim', 'wash(load) }'));
    assert.deepEqual(target.range.start, editor.at('laundry.cosim', 'wash(load) {'));
    const param = await editor.ask(lsp.DefinitionRequest.type, 'laundry.ron', editor.at('laundry.ron', 'loads'));
    assert.equal(param.uri, editor.uri('laundry.cosim'));
    assert.deepEqual(param.range.start, editor.at('laundry.cosim', 'loads = 10'));
    const run = await editor.ask(lsp.DefinitionRequest.type, 'laundry.ron', editor.at('laundry.ron', "'loop'", 2));
    assert.deepEqual(run.range.start, editor.at('laundry.ron', '"loop"'));
    const file = await editor.ask(lsp.DefinitionRequest.type, 'laundry.ron', editor.at('laundry.ron', 'laundry.cosim', 3));
    assert.equal(file.uri, editor.uri('laundry.cosim'));
    const context = { context: { includeDeclaration: true } };
    const places = await editor.ask(lsp.ReferencesRequest.type, 'laundry.cosim', editor.at('laundry.cosim', 'machine(10)'), context);
    assert.deepEqual(places.map((place) => place.uri.split('.').at(-1)), ['cosim', 'cosim', 'ron']);
    const textDocument = { uri: editor.uri('laundry.cosim') };
    const outline = await editor.connection.sendRequest(lsp.DocumentSymbolRequest.type, { textDocument });
    assert.deepEqual(outline.map((symbol) => symbol.name), ['loads', 'machine', 'wash', 'main']);
    const help = await editor.ask(lsp.SignatureHelpRequest.type, 'laundry.cosim', editor.at('laundry.cosim', 'wash(load) }', 5));
    assert.equal(help.signatures[0].label, 'wash(load)');
    const marks = await editor.ask(lsp.DocumentHighlightRequest.type, 'laundry.cosim', editor.at('laundry.cosim', 'load) {'));
    assert.equal(marks.length, 3);
});

await trying('renaming, in the experiment too', async () => {
    const place = editor.at('laundry.cosim', 'loads {');
    const prepared = await editor.ask(lsp.PrepareRenameRequest.type, 'laundry.cosim', place);
    assert.equal(prepared.placeholder, 'loads');
    const edit = await editor.ask(lsp.RenameRequest.type, 'laundry.cosim', place, { newName: '份数' });
    const program = editor.edited('laundry.cosim', editor.edits(edit, 'laundry.cosim'));
    const experiment = editor.edited('laundry.ron', editor.edits(edit, 'laundry.ron'));
    assert.equal(program, PROGRAM.replace('param loads', 'param 份数').replace('1..=loads', '1..=份数'));
    assert.equal(experiment, EXPERIMENT.replace('"loads"', '"份数"'));
    await editor.change('laundry.cosim', program);
    await editor.change('laundry.ron', experiment);
    assert.deepEqual(await editor.problems('laundry.ron'), []);
    const task = await editor.ask(lsp.RenameRequest.type, 'laundry.ron', editor.at('laundry.ron', "wash'"), { newName: 'clean' });
    assert.match(editor.edited('laundry.cosim', editor.edits(task, 'laundry.cosim')), /task clean\(load\)[^]*spawn clean\(load\)/);
    assert.match(editor.edited('laundry.ron', editor.edits(task, 'laundry.ron')), /of: 'clean'/);
    const refused = (newName) => editor.ask(lsp.RenameRequest.type, 'laundry.cosim', editor.at('laundry.cosim', 'machine'), { newName });
    await assert.rejects(refused('wash'), /there is a `wash` already/);
    await assert.rejects(refused('while'), /word of the language/);
    await assert.rejects(editor.ask(lsp.PrepareRenameRequest.type, 'laundry.cosim', editor.at('laundry.cosim', 'with')), /cannot be renamed/);
});

await trying('an experiment sees the program as it is being written', async () => {
    await editor.change('laundry.cosim', 'x', { start: editor.at('laundry.cosim', 'spawn wash', 6), end: editor.at('laundry.cosim', 'spawn wash', 6) });
    const problems = await editor.toldAnew('laundry.ron');
    assert.equal(problems.length, 1);
    assert.match(problems[0].message, /^laundry\.cosim:14: there is no task `xwash`/);
    assert.deepEqual(problems[0].range.start, editor.at('laundry.ron', 'File('));
    assert.equal(problems[0].relatedInformation[0].location.uri, editor.uri('laundry.cosim'));
});

await trying('files of others are left alone', async () => {
    await editor.open('settings.ron', '(window: (width: 3), keys: {"a": B})', 'ron');
    assert.deepEqual(await editor.problems('settings.ron'), []);
    await editor.open('broken.ron', 'Experiment(\n    title: "x"\n    seed: 1,\n)\n', 'ron');
    assert.deepEqual((await editor.problems('broken.ron')).map((problem) => problem.code), ['E0601']);
    await editor.connection.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: { uri: editor.uri('broken.ron') } });
    assert.deepEqual(await editor.toldAnew('broken.ron'), []);
});

await trying('characters outside of the first plane', async () => {
    const text = 'task 洗𝄞(a) { log "𝄞{a}" }\nmain { await 洗𝄞(1) }\n';
    await editor.open('wide.cosim', text.replaceAll('洗𝄞', '洗衣'));
    assert.deepEqual(await editor.problems('wide.cosim'), []);
    const target = await editor.ask(lsp.DefinitionRequest.type, 'wide.cosim', editor.at('wide.cosim', 'a}'));
    assert.deepEqual(target.range.start, { line: 0, character: 8 });
    // A key stroke behind one.
    const here = editor.at('wide.cosim', '{a}');
    await editor.change('wide.cosim', '𝄞', { start: here, end: here });
    assert.deepEqual(await editor.problems('wide.cosim'), []);
    await editor.change('wide.cosim', '', { start: here, end: { line: here.line, character: here.character + 2 } });
    const again = await editor.ask(lsp.DefinitionRequest.type, 'wide.cosim', editor.at('wide.cosim', 'a}'));
    assert.deepEqual(again.range.start, { line: 0, character: 8 });
});

await trying('every key stroke of a scenario', async () => {
    const text = readFileSync(join(scenarios, 'timeouts.cosim'), 'utf8');
    await editor.open('typed.cosim', '');
    for (let n = 0; n < text.length; n += 1) {
        const end = editor.position(text, n);
        editor.change('typed.cosim', text[n], { start: end, end });
        if (n % 7 === 0) {
            editor.ask(lsp.CompletionRequest.type, 'typed.cosim', editor.position(text, n + 1));
        }
    }
    assert.equal(editor.texts.get('typed.cosim').text, text);
    assert.deepEqual((await editor.problems('typed.cosim')).filter((problem) => problem.severity === 1), []);
});

await trying('every scenario is formatted, or formatted already', async () => {
    for (const name of readdirSync(scenarios).filter((name) => /\.(cosim|ron)$/.test(name))) {
        const text = readFileSync(join(scenarios, name), 'utf8');
        await editor.open(`formatted-${name}`, text, name.split('.').at(-1));
        const textDocument = { uri: editor.uri(`formatted-${name}`) };
        const edits = await editor.connection.sendRequest(lsp.DocumentFormattingRequest.type, { textDocument, options: { tabSize: 4, insertSpaces: true } });
        const once = editor.edited(`formatted-${name}`, edits ?? []);
        await editor.change(`formatted-${name}`, once);
        const again = await editor.connection.sendRequest(lsp.DocumentFormattingRequest.type, { textDocument, options: { tabSize: 4, insertSpaces: true } });
        assert.deepEqual(again ?? [], [], name);
        await editor.connection.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument });
    }
});

await trying('nonsense is refused, and the server lives on', async () => {
    await assert.rejects(editor.connection.sendRequest('textDocument/hover', { position: 1 }), /missing field|invalid type/);
    await assert.rejects(editor.connection.sendRequest('cosim/dance', {}), /not answered here/);
    await editor.connection.sendNotification('textDocument/didChange', { nothing: true });
    assert.equal(await editor.ask(lsp.HoverRequest.type, 'never-opened.cosim', { line: 9, character: 9 }), null);
    assert.equal(await editor.ask(lsp.HoverRequest.type, 'wide.cosim', { line: 99, character: 99 }), null);
});

await editor.stop();
tried.push('the end');
console.log('the end');

await trying('columns in bytes, edits without versions, words without snippets', async () => {
    const other = await Editor.start(['utf-8', 'utf-16'], { versions: false, snippets: false });
    assert.equal(other.initialized.capabilities.positionEncoding, 'utf-8');
    await other.open('wide.cosim', 'task 洗衣(a) { log "𝄞{a}" }\nmain { await 洗衣(1) }\n');
    assert.deepEqual(await other.problems('wide.cosim'), []);
    const edit = await other.ask(lsp.RenameRequest.type, 'wide.cosim', { line: 0, character: 8 }, { newName: 'wash' });
    const edits = edit.changes[other.uri('wide.cosim')];
    assert.deepEqual(edits.map((one) => one.range.start.character), [5, 13]);
    assert.deepEqual(edits.map((one) => one.range.end.character), [11, 19]);
    const items = await other.ask(lsp.CompletionRequest.type, 'wide.cosim', { line: 1, character: 13 });
    assert.equal(items.find((item) => item.label === '洗衣').textEdit.newText, '洗衣');
    await other.stop();
});

console.log(`${tried.length} passed, 0 failed`);
