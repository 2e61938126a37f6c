// Reads JSON lines {"name", "type": "KnownBlock" | "HomeView" | "ModalView", "value"} on stdin, checks each against the type of that
// name in @slack/types, writes a line {"name", "problem"} for each that does not hold, and last {"checked": how many}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv";
import { createGenerator } from "ts-json-schema-generator";

const require = createRequire(import.meta.url);
const path = require.resolve("@slack/types");
const generator = createGenerator({ path: path.replace(/index\.js$/, "index.d.ts"), type: "*", skipTypeCheck: true, topRef: true });
const checks = {};
// Strict, but `type` beside a list of types is how the generator writes unions.
const ajv = new Ajv({ strict: false, allErrors: true });

function check(type) {
  if (!(type in checks)) checks[type] = ajv.compile(generator.createSchema(type));
  return checks[type];
}

// Which of a union's members a value belongs to is told by its `type`, so that a problem names its own place.
let checked = 0;
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const { name, type, value } = JSON.parse(line);
  const holds = check(type);
  checked += 1;
  if (!holds(value)) {
    const worst = holds.errors.toSorted((a, b) => b.instancePath.length - a.instancePath.length)[0];
    console.log(JSON.stringify({ name, problem: `${worst.instancePath}: ${worst.message} ${JSON.stringify(worst.params)}` }));
  }
}
console.log(JSON.stringify({ checked }));
