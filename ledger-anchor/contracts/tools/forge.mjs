// node tools/forge.mjs <forge arguments>: forge of this platform, run in the contracts folder.
import { forge } from "./platform.mjs";

const { status, error } = forge(process.argv.slice(2));
if (error) console.error(error.message);
process.exitCode = status ?? 1;
