import path from "node:path";
import { defineConfig } from "vite";

// Two pages: the console, and the check of a proof, which may ask any ledger node and therefore has a policy of its own.
export default defineConfig({
  base: "./",
  publicDir: false,
  define: { FHIRCLIENT_PURE: "true", "process.env.NODE_ENV": '"production"' },
  resolve: { alias: { "fhir-anchor-verifier": path.resolve(import.meta.dirname, "../verifier-js/src/index.js") } },
  build: {
    outDir: "dist",
    assetsDir: "console",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: { input: ["index.html", "check.html"] },
  },
});
