// The picture, or the page, of a scenario beside its text: made anew whenever a scenario is saved.
'use strict';

const { execFile } = require('node:child_process');
const fs = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const vscode = require('vscode');
const { program } = require('./files');

/** Nobody waits longer for a picture. */
const PATIENCE = 60_000;

const shown = new Map();

class Preview {
    /** Shows a file, in a panel of its own. */
    static show(file) {
        const preview = shown.get(file) ?? new Preview(file);
        preview.panel.reveal(vscode.ViewColumn.Beside, true);
        preview.draw();
    }

    /** A scenario was saved: every picture in its folder may be another. */
    static saved(document) {
        if (!/\.(cosim|ron)$/.test(document.fileName)) {
            return;
        }
        for (const [file, preview] of shown) {
            if (path.dirname(file) === path.dirname(document.fileName)) {
                preview.draw();
            }
        }
    }

    constructor(file) {
        this.file = file;
        this.made = 0;
        /** What was drawn last: kept while the file is broken. */
        this.picture = '';
        const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
        const options = { enableScripts: true, localResourceRoots: [] };
        this.panel = vscode.window.createWebviewPanel('cosim.preview', path.basename(file), column, options);
        this.panel.onDidDispose(() => shown.delete(file));
        shown.set(file, this);
    }

    async draw() {
        const number = ++this.made;
        const page = vscode.workspace.getConfiguration('cosim').get('preview') === 'page';
        const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'cosim-'));
        const target = path.join(folder, page ? 'run.html' : 'run.svg');
        const said = await this.run(target);
        const made = await fs.readFile(target, 'utf8').catch(() => '');
        await fs.rm(folder, { recursive: true, force: true });
        // A later one may have been quicker.
        if (number !== this.made || !shown.has(this.file)) {
            return;
        }
        if (made) {
            this.picture = page ? made : around(made);
        }
        this.panel.webview.html = said ? withMessage(this.picture, said) : this.picture;
    }

    /** Has cosim write the file; what it complains of. */
    run(target) {
        const options = { cwd: path.dirname(this.file), timeout: PATIENCE, maxBuffer: 1 << 26 };
        return new Promise((done) => {
            execFile(program(), ['run', '-q', '-o', target, this.file], options, (error, _out, complaint) => {
                done(error ? complaint.trim() || error.message : '');
            });
        });
    }
}

/** A picture in a page of its own, as wide as there is room; it asks nobody for anything. */
function around(svg) {
    const policy = "default-src 'none'; style-src 'unsafe-inline'";
    return `<!DOCTYPE html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<style>body { padding: 0; } svg { max-width: 100%; height: auto; }</style></head><body>${svg}</body></html>`;
}

/** What is wrong, above what was drawn last. */
function withMessage(html, said) {
    const text = said.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
    const style = 'white-space: pre-wrap; padding: 1em; color: var(--vscode-errorForeground); font-family: var(--vscode-editor-font-family)';
    const message = `<pre style="${style}">${text}</pre>`;
    return html ? html.replace(/<body[^>]*>/, (body) => body + message) : `<!DOCTYPE html><html><body>${message}</body></html>`;
}

module.exports = { Preview };
