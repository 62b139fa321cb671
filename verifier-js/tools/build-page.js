#!/usr/bin/env node
// Makes verify.html, one file that holds everything: the modules as they are, each in a function of its own, the style, and a
// policy that lets nothing else run. With --check: says whether the file is what would be made.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");
const target = path.join(root, "verify.html");

const IMPORT = /^import \{([^}]*)\} from "(\.[^"]+)";$/gm;
const REEXPORT = /^export \{([^}]*)\} from "(\.[^"]+)";$/gm;
const EXPORT_LIST = /^export \{([^}]*)\};$/gm;
const EXPORT = /^export ((?:async )?function\*?|class|const) (\w+)/gm;

/** Modules in the order in which they can run, each once. */
function bundle(entry) {
  const done = new Map();
  const visit = (file) => {
    if (done.has(file)) {
      return;
    }
    const source = readFileSync(path.join(root, file), "utf8");
    for (const [, , from] of [...source.matchAll(IMPORT), ...source.matchAll(REEXPORT)]) {
      visit(resolve(file, from));
    }
    done.set(file, wrap(file, source));
  };
  visit(entry);
  return `"use strict";\nconst modules = {};\n${[...done.values()].join("\n")}`;
}

function resolve(file, from) {
  return path.posix.join(path.posix.dirname(file), from);
}

function wrap(file, source) {
  const exported = [...source.matchAll(EXPORT)].map(([, , name]) => name);
  const code = source
    .replace(IMPORT, (_, names, from) => `const {${renamed(names)}} = modules["${resolve(file, from)}"];`)
    .replace(REEXPORT, (_, names, from) => {
      exported.push(...names.split(",").map((name) => name.trim().split(" as ").at(-1)));
      return `const {${renamed(names)}} = modules["${resolve(file, from)}"];`;
    })
    .replace(EXPORT_LIST, (_, names) => {
      exported.push(...names.split(",").map((name) => name.trim()).filter(Boolean));
      return "";
    })
    .replace(EXPORT, "$1 $2");
  if (/^(?:import|export)\b/m.test(code)) {
    throw new Error(`${file}: an import or export of a form that is not understood here`);
  }
  return `// ${file}\nmodules["${file}"] = (() => {\n${code}\nreturn { ${exported.join(", ")} };\n})();\n`;
}

/** `a as b` of an import is `a: b` of a pattern. */
function renamed(names) {
  return names.replaceAll(/(\w+) as (\w+)/g, "$1: $2");
}

function hashOf(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function page() {
  const script = bundle("page/page.js");
  const style = readFileSync(path.join(root, "page/page.css"), "utf8");
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) {
    throw new Error("a text that would end the script or the style early");
  }
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "connect-src http: https:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return readFileSync(path.join(root, "page/page.html"), "utf8")
    .replace("<!--CSP-->", () => `<meta http-equiv="Content-Security-Policy" content="${policy}">`)
    .replace("<!--STYLE-->", () => `<style>${style}</style>`)
    .replace("<!--SCRIPT-->", () => `<script>${script}</script>`);
}

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== page()) {
    console.error("verify.html is not what its sources make: run npm run verifier:page");
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, page());
}
