// Compiles every page style into scheduler/pages/static/build/, with the few USWDS pictures and
// fonts that the compiled styles name, and compresses what gets smaller by it: `make run` sends
// these, as a server does what collectstatic compressed. Run by `npm run build`.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import * as sass from "sass";

const styles = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(styles, "../../..");
const uswds = path.join(root, "node_modules/@uswds/uswds");
const build = path.join(styles, "../static/build");

// A compiled style names its assets relative to itself, as `img/…` and `fonts/…`.
function assetsNamedIn(css) {
  const named = [...css.matchAll(/url\("?((?:img|fonts)\/[^")?#]+)/g)];
  return named.map(([, asset]) => asset);
}

async function save(name, text) {
  await writeFile(path.join(build, name), text);
  await writeFile(path.join(build, `${name}.gz`), await promisify(gzip)(text, { level: 9 }));
}

async function compile(source) {
  const { css } = await sass.compileAsync(path.join(styles, source), {
    loadPaths: [path.join(uswds, "packages")],
    style: "compressed",
    quietDeps: true,
    silenceDeprecations: ["if-function"],
  });
  await save(source.replace(/\.scss$/, ".css"), css);
  return assetsNamedIn(css);
}

await rm(build, { recursive: true, force: true });
await mkdir(build, { recursive: true });
const sources = (await readdir(styles)).filter((name) => /^[^_].*\.scss$/.test(name));
const assets = new Set((await Promise.all(sources.map(compile))).flat());
for (const asset of assets) {
  await cp(path.join(uswds, "dist", asset), path.join(build, asset));
}
// The staff's calendar comes compiled; its source maps stay behind.
const calendar = path.join(root, "node_modules/@event-calendar/build/dist");
for (const file of ["event-calendar.min.js", "event-calendar.min.css"]) {
  const text = await readFile(path.join(calendar, file), "utf8");
  await save(file, text.replace(/\/\/# sourceMappingURL=\S+/, ""));
}
console.log(`Built ${sources.length} styles and ${assets.size} assets.`);
