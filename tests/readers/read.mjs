// Reads files that cosim wrote: charts with Mermaid's own parser, profiles with speedscope's schema.
//
// node read.mjs FOLDER FILE…  where FOLDER has node_modules. Prints a line for each that is taken, and why others are not.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const modules = path.resolve(folder, "node_modules");
const require = createRequire(path.join(modules, "."));

// Mermaid cleans texts with the help of a page.
const { JSDOM } = require("jsdom");
globalThis.window = new JSDOM("<body></body>").window;
globalThis.document = window.document;
const { default: mermaid } = await import(pathToFileURL(path.join(modules, "mermaid/dist/mermaid.core.mjs")));

const Ajv = require("ajv");
const schema = JSON.parse(fs.readFileSync(path.join(modules, "speedscope/dist/release/file-format-schema.json")));
const isProfile = new (Ajv.default ?? Ajv)({ strict: false }).compile(schema);

let wrong = 0;
for (const file of files) {
  const text = fs.readFileSync(file, "utf8");
  try {
    if (file.endsWith(".mmd")) console.log(file, (await mermaid.parse(text)).diagramType);
    else if (isProfile(JSON.parse(text))) console.log(file, "profile");
    else throw new Error(JSON.stringify(isProfile.errors));
  } catch (error) {
    wrong += 1;
    console.error(file, String(error));
  }
}
process.exit(wrong ? 1 : 0);
