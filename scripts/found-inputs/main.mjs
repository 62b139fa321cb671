// Asks a running server each input that once was a fault, and says whether it holds.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { World } from "./world.mjs";

const usage = "want base=URL data=FOLDER [only=KEY,...] [into=FILE] [sql=COMMAND] [checkout=FOLDER], or compare FILE FILE";
const files = ["data", "questions", "owners", "askers", "consents", "answers", "log", "database", "ledger"];
const arguments_ = process.argv.slice(2);

function options() {
  const given = Object.fromEntries(arguments_.map((one) => one.split(/=(.*)/s, 2)));
  const known = ["base", "data", "only", "into", "sql", "checkout"];
  if (!given.base || !given.data || Object.keys(given).some((name) => !known.includes(name))) {
    throw new Error(usage);
  }
  return given;
}

/** Inputs that need what the caller did not give are not asked. */
async function judged(input, world) {
  const missing = (input.needs ?? []).find((name) => !world.options[name]);
  if (missing) {
    return { verdict: "not asked", saw: `needs ${missing}=` };
  }
  try {
    const { holds, saw } = await input.ask(world.of(input.key));
    return { verdict: holds ? "holds" : "faulty", saw };
  } catch (failure) {
    return { verdict: "broken off", saw: `${failure.message} ${failure.cause ?? ""}`.slice(0, 400) };
  }
}

/** Several runs may fill one file: what was asked counts, the later the more. */
function keep(file, results) {
  const kept = new Map((existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : []).map((one) => [one.key, one]));
  for (const one of results) {
    if (one.verdict !== "not asked" || !kept.has(one.key)) {
      kept.set(one.key, one);
    }
  }
  writeFileSync(file, JSON.stringify([...kept.values()], null, 1) + "\n");
}

async function main() {
  const given = options();
  const world = new World(given);
  const wanted = given.only?.split(",");
  const results = [];
  const inputs = (await Promise.all(files.map((file) => import(`./${file}.mjs`)))).flatMap((one) => one.default);
  for (const input of inputs.toSorted((one, other) => Boolean(one.last) - Boolean(other.last))) {
    if (!wanted || wanted.some((key) => input.key === key || input.key.startsWith(key + "-"))) {
      const result = { key: input.key, input: input.input, ...(await judged(input, world)) };
      results.push(result);
      console.log(`${result.verdict.padEnd(10)} ${result.key.padEnd(6)} ${result.input}: ${result.saw}`);
    }
  }
  if (given.into) {
    keep(given.into, results);
  }
  const count = (verdict) => results.filter((one) => one.verdict === verdict).length;
  console.log(["holds", "faulty", "broken off", "not asked"].map((one) => `${one}: ${count(one)}`).join(", "));
  process.exit(count("faulty") + count("broken off") === 0 ? 0 : 1);
}

/** The rows of the table in docs/verify/found-inputs.md. */
function compare([before, now]) {
  const read = (file) => JSON.parse(readFileSync(file, "utf8"));
  const old = new Map(read(before).map((one) => [one.key, one]));
  for (const one of read(now)) {
    const cell = (result) => (result ? `${result.verdict}: ${result.saw}` : "").replaceAll("|", "\\|");
    console.log(`| ${one.key} | ${one.input} | ${cell(old.get(one.key))} | ${cell(one)} |`);
  }
}

if (arguments_[0] === "compare") {
  compare(arguments_.slice(1));
} else {
  main().catch((failure) => {
    console.error(`found-inputs: ${failure.message}`);
    process.exit(2);
  });
}
