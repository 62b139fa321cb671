import path from "node:path";
import { defineConfig } from "vite";

// Two pages: the console, and the check of a proof, which may ask any ledger node and therefore has a policy of its own.
// Mantine marks each of its files for servers that render; here nothing does.
const told = (level, log, next) => (log.code === "MODULE_LEVEL_DIRECTIVE" || log.code === "PLUGIN_TIMINGS" ? undefined : next(level, log));

export default defineConfig({
  base: "./",
  publicDir: false,
  define: { "process.env.NODE_ENV": '"production"' },
  resolve: { alias: { "fhir-anchor-verifier": path.resolve(import.meta.dirname, "../verifier-js/src/index.js") } },
  build: {
    outDir: "dist",
    assetsDir: "console",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: { input: ["index.html", "check.html"], onLog: told },
  },
});
