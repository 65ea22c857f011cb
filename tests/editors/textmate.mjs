// Colours scenarios with the TextMate grammars, as VS Code does: every token has to have a scope of its own.
//
//   node textmate.mjs MODULES SCENARIO…

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, ...scenarios] = process.argv.slice(2);
const require = createRequire(join(modules, 'x.js'));
const { INITIAL, Registry, parseRawGrammar } = require('vscode-textmate');
const oniguruma = require('vscode-oniguruma');

const wasm = readFileSync(join(modules, 'vscode-oniguruma/release/onig.wasm'));
await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
const files = { 'source.cosim': 'cosim', 'source.ron': 'ron' };
const registry = new Registry({
    onigLib: Promise.resolve({
        createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
        createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
        const name = `editors/vscode/syntaxes/${files[scope]}.tmLanguage.json`;
        return files[scope] ? parseRawGrammar(readFileSync(name, 'utf8'), name) : null;
    },
});
const grammars = {
    cosim: await registry.loadGrammar('source.cosim'),
    ron: await registry.loadGrammar('source.ron'),
};

/** The tokens of a text, blanks left out: what stands there, and its innermost scopes. */
function tokens(text, ending) {
    const found = [];
    let stack = INITIAL;
    for (const [number, line] of text.split('\n').entries()) {
        const read = grammars[ending].tokenizeLine(line, stack);
        stack = read.ruleStack;
        for (const { startIndex, endIndex, scopes } of read.tokens) {
            const part = line.slice(startIndex, endIndex).trim();
            if (part) {
                found.push({ part, scopes: scopes.slice(1), line: number + 1 });
            }
        }
    }
    return { found, open: stack };
}

let tried = 0;
for (const scenario of scenarios) {
    const ending = scenario.split('.').at(-1);
    const { found, open } = tokens(readFileSync(scenario, 'utf8'), ending);
    for (const { part, scopes, line } of found) {
        assert.ok(scopes.length > 0, `${scenario}:${line}: ${part} has no scope`);
        assert.ok(!scopes.some((scope) => scope.includes('invalid')), `${scenario}:${line}: ${part} is invalid`);
    }
    assert.equal(open.depth, 1, `${scenario}: something is still open at its end`);
    tried += 1;
}

/** What something has to be coloured as. */
const wanted = [
    ['task wash(load) { }', 'task', 'storage.type.task'],
    ['task wash(load) { }', 'wash', 'entity.name.function'],
    ['param 顾客数 = 2', '顾客数', 'variable.other.constant'],
    ['lock till inherit', 'lock', 'storage.type.object'],
    ['lock till inherit', 'inherit', 'storage.modifier'],
    ['channel c(unbounded)', 'unbounded', 'constant.language'],
    ['    let lock = 1', 'lock', 'variable.other.declaration'],
    ['    work 1h30min "a"', '1h30min', 'constant.numeric.duration'],
    ['    work 1h30min "a"', 'work', 'keyword.control.time'],
    ['    await io(5ms)', 'io', 'support.function'],
    ['    let x = 0xFF + 1.5e-3', '0xFF', 'constant.numeric.hex'],
    ['    let x = 0xFF + 1.5e-3', '1.5e-3', 'constant.numeric'],
    ['    await orders.send(x)', 'send', 'entity.name.function.member'],
    ['    with table.read { }', 'read', 'variable.other.property'],
    ['    log "a {b + 1} {{c}}"', 'b', 'variable.other'],
    ['    log "a {b + 1} {{c}}"', '{{', 'constant.character.escape'],
    ['    for i in 1..=n { }', '..=', 'keyword.operator.range'],
    ['    reply.fail("why")', 'fail', 'entity.name.function.member'],
    ['    try { } catch cancelled { }', 'cancelled', 'constant.language'],
    ['    x = 1 // work', '// work', 'comment'],
    ['    scope search { }', 'scope', 'keyword.control.block'],
    ['    as_completed(t(1), timeout: 1s)', 'timeout', 'variable.parameter'],
];
for (const [line, part, scope] of wanted) {
    const { found } = tokens(line, 'cosim');
    const all = found.filter((token) => token.part === part || (scope === 'comment' && part.startsWith(token.part)));
    assert.ok(all.length > 0, `${part} is no token of ${line}: ${JSON.stringify(found)}`);
    assert.ok(all[0].scopes.some((one) => one.startsWith(scope)), `${line}: ${part} is ${all[0].scopes}`);
    tried += 1;
}
const inline = tokens('(program: Inline(r#"\nmain { work 1ms }\n"#), seed: 1)', 'ron').found;
assert.ok(inline.find((token) => token.part === 'work').scopes.includes('keyword.control.time.cosim'));
assert.deepEqual(inline.at(-2).scopes, ['constant.numeric.ron']);
console.log(`${tried + 1} passed, 0 failed`);
