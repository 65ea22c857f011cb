// Which program is started, and which file it is given.
'use strict';

const fs = require('node:fs');
const vscode = require('vscode');

/** The program `cosim`. */
function program() {
    return vscode.workspace.getConfiguration('cosim').get('path') || 'cosim';
}

/** The experiment beside a program, if there is one; else the file itself. */
function experimentOf(file) {
    const experiment = file.replace(/\.cosim$/, '.ron');
    return fs.existsSync(experiment) ? experiment : file;
}

module.exports = { program, experimentOf };
