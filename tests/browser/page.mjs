// Opens pages in a real Chromium and uses them as people do. Called by tests/page.rs with a folder that holds
// `tasks.json`; prints a line for each thing that is not as it should be.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, modules, chromium_path] = process.argv.slice(2);
const { chromium } = createRequire(join(modules, "package.json"))("playwright-core");
const tasks = JSON.parse(readFileSync(join(folder, "tasks.json"), "utf8"));
let wrong = 0;

function hold(what, held, seen = "") {
  if (held) return;
  wrong += 1;
  console.log(`${what}${seen === "" ? "" : `: ${JSON.stringify(seen)}`}`);
}

const flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-quic"];
const browser = await chromium.launch({ executablePath: chromium_path, args: flags });

/** A page that may ask nobody for anything and complain of nothing. */
async function open(file, width, height, colorScheme = "light") {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  page.on("console", (message) => hold(`${file}: console`, !["error", "warning"].includes(message.type()), message.text()));
  page.on("pageerror", (error) => hold(`${file}: error`, false, error.message));
  const url = pathToFileURL(join(folder, file)).href;
  page.on("request", (request) => hold(`${file}: request`, request.url() === url, request.url()));
  await page.goto(url);
  await page.waitForSelector("html[data-ready]", { timeout: 60000 });
  return page;
}

const say = (page) => page.locator("#say").textContent();
const place = async (page) => Number((await say(page)).match(/event (\d+) of/)?.[1] ?? Number.NaN);
const screen = (page) => page.evaluate(() => ["say", "lines", "source", "why"].map((id) => document.getElementById(id).textContent).join("\n"));
const lines = (page) => page.evaluate(() => [...document.querySelectorAll("#lines dt")].flatMap((name) => {
  const chips = [...name.nextElementSibling.querySelectorAll(".waiting .chip")].map((chip) => chip.title);
  return chips.length > 0 ? [{ name: name.textContent, tasks: chips }] : [];
}));

/** Forward and back by so many events: the same is seen on both ways. */
async function thereAndBack(file, steps) {
  const page = await open(file, 1200, 900);
  const seen = [];
  for (let n = 0; n < steps; n++) {
    if (n % 50 === 0) seen.push(await screen(page));
    await page.keyboard.press("ArrowRight");
  }
  hold(`${file}: after ${steps} steps`, (await place(page)) === steps, await say(page));
  for (let n = steps - 1; n >= 0; n--) {
    await page.keyboard.press("ArrowLeft");
    if (n % 50 === 0) hold(`${file}: back at ${n}`, (await screen(page)) === seen.pop(), await say(page));
  }
  hold(`${file}: all the way back`, (await place(page)) === 0 && seen.length === 0);
  await page.close();
}

/** The lines of the page are those of the simulator. */
async function sameLines(file, moments) {
  const page = await open(file, 1200, 900);
  let at = 0;
  for (const moment of moments) {
    for (; at < moment.at; at++) await page.keyboard.press("ArrowRight");
    const seen = await lines(page);
    hold(`${file}: lines at ${at}`, JSON.stringify(seen) === JSON.stringify(moment.lines), { seen, asked: moment.lines });
  }
  await page.close();
}

/** Everything by the keyboard alone. */
async function keyboard(file) {
  const page = await open(file, 1200, 900);
  await page.keyboard.press("d");
  const first = await place(page);
  await page.keyboard.press("d");
  hold("the next decision is further on", (await place(page)) > first, await say(page));
  await page.keyboard.press("b");
  hold("and back", (await place(page)) === first, await say(page));
  await page.keyboard.press("t");
  hold("lanes change", (await page.locator("[data-do=lanes]").getAttribute("aria-pressed")) === "true");
  for (let n = 0; n < 5; n++) await page.keyboard.press("ArrowDown");
  const chosen = await page.locator(".names button[aria-pressed=true]").first().textContent();
  await page.keyboard.press("Shift+ArrowRight");
  hold("a step of a lane is about it", (await say(page)).includes(chosen), [chosen, await say(page)]);
  await page.keyboard.press("w");
  hold("why is a sentence", / (was|waited|slept) /.test(await say(page)), await say(page));
  await page.keyboard.press("c");
  hold("critical path", (await page.locator("[data-do=path]").getAttribute("aria-pressed")) === "true");
  for (const key of ["+", "+", "]", "[", "-", "0", "2", "1", "?"]) await page.keyboard.press(key);
  hold("the keys are shown", await page.locator("#help").isVisible());
  await page.keyboard.press("End");
  const end = await place(page);
  await page.keyboard.press("ArrowRight");
  hold("nothing behind the end", (await say(page)).startsWith("There is nothing"), await say(page));
  await page.keyboard.press("Home");
  hold("home", end > 0 && (await place(page)) === 0);
  // Every button, and every lane, can be reached.
  const reached = new Set();
  const count = await page.locator("#tools button").count();
  for (let n = 0; n < count + 40; n++) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.dataset?.do ?? document.activeElement.closest?.(".names")?.className ?? ""));
  }
  for (const name of await page.locator("#tools button").evaluateAll((all) => all.map((one) => one.dataset.do))) {
    hold("can be reached", reached.has(name), name);
  }
  hold("lanes can be reached", reached.has("names"));
  await page.locator("[data-do=step]").focus();
  await page.keyboard.press("Enter");
  hold("Enter presses a button", (await place(page)) === 1, await say(page));
  await page.close();
}

/** The next decision is hidden until somebody has answered; then the rule is told. */
async function predict(file) {
  const page = await open(file, 1200, 900);
  await page.keyboard.press("p");
  await page.keyboard.press("End");
  const question = page.locator("#predict");
  hold("there is a question", await question.isVisible());
  const before = await place(page);
  hold("the veil is drawn", await page.locator(".veil").first().isVisible());
  await page.keyboard.press("ArrowRight");
  hold("no way around it", (await say(page)).startsWith("First say"), await say(page));
  await page.keyboard.press("Enter");
  const verdict = await question.textContent();
  hold("the rule is told", /Right\.|No: /.test(verdict) && verdict.includes("The rule: "), verdict);
  await page.keyboard.press("Enter");
  hold("and on it goes", (await place(page)) === before + 1, await say(page));
  await page.keyboard.press("p");
  hold("no veil any more", !(await page.locator(".veil").first().isVisible()));
  await page.close();
}

/** On a telephone nothing sticks out, and what is to be touched can be touched. */
async function narrow(file) {
  const page = await open(file, 360, 740, "dark");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  hold("fits 360 pixels", wide <= 360, wide);
  const small = await page.locator("#tools button").evaluateAll((all) =>
    all.filter((one) => one.offsetWidth < 24 || one.offsetHeight < 24).map((one) => one.dataset.do));
  hold("buttons are large enough", small.length === 0, small);
  await page.locator("[data-do=step]").click();
  hold("a touch steps", (await place(page)) === 1, await say(page));
  await page.close();
}

/** A click on a wait tells why, and draws an arrow to the one who ended it. */
async function click(file, wait) {
  const page = await open(file, 1200, 900);
  if ((await page.locator("[data-do=lanes]").getAttribute("aria-pressed")) === "false") await page.keyboard.press("t");
  const run = page.locator(".run").nth(wait.run);
  const row = await run.locator(".names button").evaluateAll((all, name) => all.findIndex((one) => one.title === name), wait.task);
  const box = await run.locator(".picture").boundingBox();
  await run.locator(".picture").click({ position: { x: (wait.share * box.width) / 1.02, y: 18 + row * 21 + 8 } });
  hold("the sentence of the wait", (await say(page)) === wait.sentence, [await say(page), wait.sentence]);
  const drawn = await run.locator("canvas").nth(1).evaluate((canvas) => {
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const rows = new Set();
    for (let n = 3; n < pixels.length; n += 4) if (pixels[n] > 0) rows.add(Math.floor(n / 4 / canvas.width));
    return rows.size;
  });
  hold("an arrow reaches into another lane", drawn > 24, drawn);
  await page.getByRole("button", { name: /^go to/ }).click();
  hold("go to the one who ended it", (await place(page)) === wait.last + 1, [await say(page), wait.last + 1]);
  await page.close();
}

/** Steps of a run with very many events, in milliseconds each. */
async function quick(file, limit) {
  const page = await open(file, 1200, 900);
  await page.keyboard.press("t");
  const times = await page.evaluate(() => {
    const times = [];
    for (let n = 0; n < 300; n++) {
      const before = performance.now();
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
      times.push(document.body.offsetHeight && performance.now() - before);
    }
    return times.sort((a, b) => a - b);
  });
  console.error(`${file}: a step takes ${times[150].toFixed(1)} ms (median of 300), at most ${times[299].toFixed(1)}`);
  hold(`${file}: steps are quick`, times[150] < limit, times[150]);
  await page.keyboard.press("End");
  await page.keyboard.press("+");
  await page.close();
}

for (const task of tasks) {
  const { file } = task;
  if (task.back) await thereAndBack(file, task.back);
  if (task.moments) await sameLines(file, task.moments);
  if (task.keyboard) await keyboard(file);
  if (task.predict) await predict(file);
  if (task.narrow) await narrow(file);
  if (task.wait) await click(file, task.wait);
  if (task.quick) await quick(file, task.quick);
  if (task.open) await (await open(file, 1000, 800)).close();
}
await browser.close();
console.log(wrong === 0 ? "everything as it should be" : `${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
