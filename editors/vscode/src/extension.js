// The client of `cosim lsp`, and runs and pictures beside the text.
'use strict';

const vscode = require('vscode');
const { LanguageClient, State } = require('vscode-languageclient/node');
const { Preview } = require('./preview');
const { experimentOf, program } = require('./files');

/** The scheme under which pages on messages are shown. */
const PAGES = 'cosim-page';

let client;

async function activate(context) {
    context.subscriptions.push(
        vscode.commands.registerCommand('cosim.run', run),
        vscode.commands.registerCommand('cosim.showPicture', showPicture),
        vscode.commands.registerCommand('cosim.explain', explain),
        vscode.commands.registerCommand('cosim.restart', restart),
        vscode.workspace.registerTextDocumentContentProvider(PAGES, { provideTextDocumentContent: page }),
        vscode.workspace.onDidSaveTextDocument((document) => Preview.saved(document)),
        vscode.workspace.onDidChangeConfiguration((change) => {
            if (change.affectsConfiguration('cosim.path')) {
                restart();
            }
        }),
    );
    await start();
}

async function deactivate() {
    await client?.stop();
}

async function start() {
    const command = program();
    client = new LanguageClient(
        'cosim',
        'cosim',
        { command, args: ['lsp'] },
        {
            documentSelector: [
                { scheme: 'file', language: 'cosim' },
                { scheme: 'untitled', language: 'cosim' },
                { scheme: 'file', pattern: '**/*.ron' },
            ],
            synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.{cosim,ron}') },
            initializationOptions: { pages: `${PAGES}:/` },
        },
    );
    try {
        await client.start();
    } catch (error) {
        client = undefined;
        const settings = 'Open settings';
        const text = `cosim: \`${command} lsp\` cannot be started (${error.message ?? error}). Install cosim, or say where it is.`;
        if ((await vscode.window.showErrorMessage(text, settings)) === settings) {
            vscode.commands.executeCommand('workbench.action.openSettings', 'cosim.path');
        }
    }
}

async function restart() {
    if (client?.state === State.Running) {
        await client.stop();
    }
    await start();
}

/** The document that is being looked at, saved; a program that has an experiment stands for that. */
async function current() {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.uri.scheme !== 'file') {
        vscode.window.showInformationMessage('cosim: open a .cosim or .ron file first, and save it.');
        return undefined;
    }
    await document.save();
    return experimentOf(document.uri.fsPath);
}

async function run() {
    const file = await current();
    if (!file) {
        return;
    }
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) ?? vscode.TaskScope.Workspace;
    const execution = new vscode.ShellExecution(program(), ['run', { value: file, quoting: vscode.ShellQuoting.Strong }]);
    const task = new vscode.Task({ type: 'cosim' }, folder, 'run', 'cosim', execution);
    task.presentationOptions = { clear: true, showReuseMessage: false };
    await vscode.tasks.executeTask(task);
}

async function showPicture() {
    const file = await current();
    if (file) {
        Preview.show(file);
    }
}

async function explain() {
    const topic = await vscode.window.showInputBox({ prompt: 'A word (block, gather, deadlock) or a message (E0103)' });
    if (topic) {
        const uri = vscode.Uri.from({ scheme: PAGES, path: `/${topic.trim()}.md` });
        await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
    }
}

/** The text of a page, as the language server has it. */
async function page(uri) {
    const topic = uri.path.replace(/^\//, '').replace(/\.md$/, '');
    const text = client && (await client.sendRequest('cosim/explain', { topic }));
    return text ?? `There is no page on \`${topic}\`.`;
}

module.exports = { activate, deactivate };
