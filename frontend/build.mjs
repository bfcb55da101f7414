// Bundles every top-level file of src/ (names with a leading underscore are partials) into the folder given
// as the argument, with content-hashed names, compressed twins, and a manifest.json from name to hashed name.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const COPIED = ["node_modules/zxing-wasm/dist/reader/zxing_reader.wasm"];
const COMPRESSED = new Set([".js", ".css", ".svg", ".wasm"]);

const outdir = process.argv[2];
const entries = readdirSync("src")
  .filter((name) => /^[^_.].*\.(js|css)$/.test(name))
  .sort();
if (entries.length === 0) {
  console.error("frontend/src has no .js or .css file to build.");
  process.exit(1);
}

mkdirSync(outdir, { recursive: true });
const { metafile } = await build({
  entryPoints: entries.map((name) => `src/${name}`),
  bundle: true,
  minify: true,
  sourcemap: false,
  target: ["es2020"],
  format: "iife",
  outdir,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  publicPath: "/static/dist",
  loader: { ".wasm": "file", ".woff2": "file", ".svg": "file", ".png": "file" },
  legalComments: "eof",
  logLevel: "warning",
  metafile: true,
});

const manifest = {};
for (const [path, output] of Object.entries(metafile.outputs)) {
  const source = output.entryPoint ?? Object.keys(output.inputs)[0];
  manifest[basename(source)] = basename(path);
}
for (const path of COPIED) {
  const content = readFileSync(path);
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const hashed = `${basename(path, extname(path))}-${digest}${extname(path)}`;
  writeFileSync(join(outdir, hashed), content);
  manifest[basename(path)] ??= hashed;
}

for (const name of readdirSync(outdir)) {
  if (!COMPRESSED.has(extname(name))) continue;
  const content = readFileSync(join(outdir, name));
  writeFileSync(join(outdir, `${name}.gz`), gzipSync(content, { level: 9 }));
  // The best quality takes three seconds on the wasm file alone.
  const quality = content.length > 500_000 ? 9 : 11;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
  writeFileSync(join(outdir, `${name}.br`), brotliCompressSync(content, { params }));
}
const sorted = Object.fromEntries(Object.entries(manifest).sort());
writeFileSync(join(outdir, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
