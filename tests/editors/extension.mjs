// Runs the extension for VS Code in an editor that only pretends to be one: its commands, and what it shows.
//
//   node extension.mjs COSIM MODULES FOLDER

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [cosim, , folder] = process.argv.slice(2);
process.env.TMPDIR = folder;
const registered = new Map();
const panels = [];
const tasks = [];
const asked = [];
const settings = { path: cosim, preview: 'picture' };
const nothing = { dispose() {} };
let saved;

/** As much of the editor as the extension uses. */
const vscode = {
    commands: {
        registerCommand: (name, act) => (registered.set(name, act), nothing),
        executeCommand: async (...words) => asked.push(words),
    },
    workspace: {
        registerTextDocumentContentProvider: (scheme, provider) => (registered.set(scheme, provider), nothing),
        onDidSaveTextDocument: (act) => ((saved = act), nothing),
        onDidChangeConfiguration: () => nothing,
        createFileSystemWatcher: () => nothing,
        getConfiguration: () => ({ get: (name) => settings[name] }),
        getWorkspaceFolder: () => undefined,
    },
    window: {
        activeTextEditor: undefined,
        showInformationMessage: async (text) => asked.push([text]),
        showErrorMessage: async (text) => asked.push([text]),
        showInputBox: async () => 'gather',
        createWebviewPanel: (kind, title) => {
            const panel = { kind, title, webview: { html: '' }, reveal() {}, onDidDispose: (act) => (panel.close = act) };
            panels.push(panel);
            return panel;
        },
    },
    tasks: { executeTask: async (task) => tasks.push(task) },
    Uri: { file: (path) => ({ path }), from: (parts) => parts },
    ViewColumn: { Beside: -2 },
    TaskScope: { Workspace: 2 },
    ShellQuoting: { Strong: 2 },
    ShellExecution: class {
        constructor(command, args) {
            Object.assign(this, { command, args });
        }
    },
    Task: class {
        constructor(definition, scope, name, source, execution) {
            Object.assign(this, { definition, name, source, execution });
        }
    },
};

const clients = [];
class LanguageClient {
    constructor(id, name, server, client) {
        Object.assign(this, { id, server, client, state: 1 });
        clients.push(this);
    }
    async start() {
        this.state = 2;
        if (this.server.command === 'missing') {
            throw new Error('ENOENT');
        }
    }
    async stop() {
        this.state = 1;
    }
    async sendRequest(method, { topic }) {
        return topic === 'E0103' ? `${method} ${topic}` : null;
    }
}

const load = Module._load;
Module._load = function (request, ...rest) {
    if (request === 'vscode') {
        return vscode;
    }
    return request === 'vscode-languageclient/node' ? { LanguageClient, State: { Running: 2 } } : load.call(this, request, ...rest);
};
const extension = createRequire(import.meta.url)(resolve('editors/vscode/src/extension.js'));
const manifest = JSON.parse(readFileSync('editors/vscode/package.json', 'utf8'));

let tried = 0;
async function trying(act) {
    await act();
    tried += 1;
}
/** Waits until something is so. */
async function until(so) {
    const began = Date.now();
    while (!so()) {
        assert.ok(Date.now() - began < 60_000, 'it takes too long');
        await new Promise((wake) => setTimeout(wake, 10));
    }
}

await extension.activate({ subscriptions: [] });

await trying(() => {
    for (const { command } of manifest.contributes.commands) {
        assert.ok(registered.has(command), command);
    }
    assert.deepEqual(clients[0].server, { command: cosim, args: ['lsp'] });
    assert.equal(clients[0].client.initializationOptions.pages, 'cosim-page:/');
});

const program = join(folder, 'nap.cosim');
const text = 'main { work 1ms "a nap" }\n';
writeFileSync(program, text);

await trying(async () => {
    await registered.get('cosim.run')();
    assert.match(asked.pop()[0], /open a \.cosim or \.ron file first/);
    const document = { uri: { scheme: 'file', fsPath: program }, save: async () => true };
    vscode.window.activeTextEditor = { document };
    await registered.get('cosim.run')();
    const { command, args } = tasks[0].execution;
    assert.deepEqual([command, args[0], args[1].value], [cosim, 'run', program]);
});

await trying(async () => {
    await registered.get('cosim.showPicture')();
    await until(() => panels[0]?.webview.html.includes('</svg>'));
    assert.match(panels[0].webview.html, /a nap/);
    // A broken file keeps the picture, and says what is wrong.
    writeFileSync(program, text.replace('1ms', '1 < 2'));
    saved({ fileName: program });
    await until(() => panels[0].webview.html.includes('E0302'));
    assert.match(panels[0].webview.html, /<\/pre>[^]*a nap/);
    assert.match(panels[0].webview.html, /1 &lt; 2/);
    writeFileSync(program, text.replace('a nap', 'a long nap'));
    saved({ fileName: program });
    await until(() => panels[0].webview.html.includes('a long nap'));
    assert.ok(!panels[0].webview.html.includes('E0302'));
    assert.equal(panels.length, 1);
});

await trying(async () => {
    // The experiment beside a program stands for it.
    writeFileSync(join(folder, 'nap.ron'), '(program: File("nap.cosim"), compare: [(name: "loop", runtime: Asyncio())])');
    settings.preview = 'page';
    await registered.get('cosim.showPicture')();
    await until(() => panels[1]?.webview.html.includes('</html>'));
    assert.equal(panels[1].title, 'nap.ron');
    panels[1].close();
    saved({ fileName: join(folder, 'notes.txt') });
});

await trying(async () => {
    const provider = registered.get('cosim-page');
    assert.equal(await provider.provideTextDocumentContent({ path: '/E0103.md' }), 'cosim/explain E0103');
    assert.match(await provider.provideTextDocumentContent({ path: '/nonsense.md' }), /There is no page/);
    await registered.get('cosim.explain')();
    assert.equal(asked.pop()[1].path, '/gather.md');
    settings.path = 'missing';
    await registered.get('cosim.restart')();
    assert.match(asked.pop()[0], /`missing lsp` cannot be started \(ENOENT\)/);
    await extension.deactivate();
});

await until(() => !readdirSync(tmpdir()).some((name) => name.startsWith('cosim-') && name.length === 12));
console.log(`${tried} passed, 0 failed`);
process.exit(0);
