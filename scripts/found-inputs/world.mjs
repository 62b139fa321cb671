// What all inputs share: who asks, what is stored, and how two answers are compared.
import { createPrivateKey, randomBytes, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { setTimeout as pause } from "node:timers/promises";

const run = randomBytes(3).toString("hex");
const scopes = {
  practitioner: "user/*.cruds openid fhirUser",
  patient: "patient/*.cruds launch/patient openid fhirUser",
  loader: "system/*.cruds",
  reader: "system/*.rs",
  registrar: "anchor/registrar user/Patient.crus user/RelatedPerson.crus user/Consent.cruds user/DocumentReference.crs user/Organization.rs",
  operator: "anchor/operator system/SearchParameter.cruds system/Subscription.rs",
};

export const fhir = "application/fhir+json";
export const nothing = { resourceType: "Parameters" };
export const v3 = "http://terminology.hl7.org/CodeSystem/v3-";
export const label = (code, system = v3 + "Confidentiality") => ({ system, code });

/** A verdict: whether the server held, and what was seen, in few words. */
export const verdict = (holds, saw) => ({ holds, saw });

/** Both answers may differ in their ids, their times and in what is drawn at random. */
export function face(answer, id) {
  const body = answer.text
    .replaceAll(id, "ID")
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "uuid")
    .replace(/"lastUpdated":\s*"[^"]*"/g, "at")
    .replace(/\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)/g, "at");
  return answer.status + " " + body;
}

/** A hidden thing and a missing one must be answered alike; each side is [answer, id]. */
export function alike([hidden, one], [missing, other], what = "hidden") {
  const same = face(hidden, one) === face(missing, other);
  const words = same || hidden.status !== missing.status ? "" : ", in other words";
  return verdict(same, `${what} ${hidden.status}, none ${missing.status}${words}`);
}

/** The first verdict that does not hold, else the last. */
export async function all(verdicts) {
  let last;
  for await (const one of verdicts) {
    last = one;
    if (!one.holds) {
      break;
    }
  }
  return last;
}

export const bundle = (type, ...entry) => ({ resourceType: "Bundle", type, entry });
export const entry = (method, url, resource, more = {}) => ({ resource, request: { method, url, ...more } });
export const observation = (patient, more = {}) => ({
  resourceType: "Observation",
  status: "final",
  code: { text: "found-input" },
  ...(patient ? { subject: { reference: /[/:]/.test(patient) ? patient : "Patient/" + patient } } : {}),
  ...more,
});

export class World {
  constructor(options) {
    this.options = options;
    this.base = new URL(options.base);
    const issuer = `${options.data}/issuer/signing-key.json`;
    if (existsSync(issuer)) {
      const jwk = JSON.parse(readFileSync(issuer, "utf8"));
      this.key = createPrivateKey({ key: jwk, format: "jwk" });
      this.kid = jwk.kid;
    }
    this.agent = new http.Agent({ keepAlive: true });
    this.loader = this.token("loader", { fhirUser: "Practitioner/found-loader" });
  }

  /** The same server, with ids of its own for one input. */
  of(input) {
    const world = Object.create(this);
    world.input = input;
    world.id = (name) => `fi-${run}-${input.toLowerCase()}-${name}`;
    return world;
  }

  /** A token of the demo issuer, none of a server without one; a claim that is undefined is left out. */
  token(role, claims = {}) {
    if (!this.key) {
      return "";
    }
    const now = Math.floor(Date.now() / 1000);
    const said = {
      iss: "urn:fhir-anchor:demo-issuer",
      aud: "fhir-anchor",
      sub: "found-" + role,
      client_id: "found-inputs",
      scope: scopes[role],
      purpose_of_use: ["TREAT"],
      iat: now,
      exp: now + 3600,
      jti: randomBytes(9).toString("hex"),
      ...claims,
    };
    const part = (json) => Buffer.from(JSON.stringify(json)).toString("base64url");
    const text = part({ alg: "ES256", typ: "JWT", kid: this.kid }) + "." + part(said);
    const signature = sign("sha256", Buffer.from(text), { key: this.key, dsaEncoding: "ieee-p1363" });
    return text + "." + signature.toString("base64url");
  }

  doctor(id, claims = {}) {
    return this.token("practitioner", { sub: id, fhirUser: "Practitioner/" + id, ...claims });
  }

  self(id, claims = {}) {
    return this.token("patient", { sub: id, fhirUser: "Patient/" + id, patient: id, purpose_of_use: ["PATRQT"], ...claims });
  }

  /** One request; the path as it is written, below the FHIR base unless it begins with a slash. */
  ask(token, method, path, body = "", headers = {}) {
    const sent = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const options = {
      agent: this.agent,
      host: this.base.hostname,
      port: this.base.port,
      method,
      path: path.startsWith("/") ? path : `${this.base.pathname}/${path}`.replace(/\/$/, ""),
      timeout: 180_000,
      headers: {
        Accept: fhir,
        "Content-Type": method === "PATCH" ? "application/json-patch+json" : fhir,
        "Content-Length": Buffer.byteLength(sent),
        ...(token ? { Authorization: "Bearer " + token } : {}),
        ...headers,
      },
    };
    return new Promise((resolve, reject) => {
      const request = http.request(options, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString("utf8");
          resolve({ status: response.statusCode, headers: response.headers, text });
        });
      });
      request.on("timeout", () => request.destroy(new Error("no answer within three minutes")));
      request.on("error", reject);
      request.end(sent);
    });
  }

  get(token, path, headers) {
    return this.ask(token, "GET", path, "", headers);
  }

  /** What the server says of its log and its ledger. */
  async info() {
    return JSON.parse((await this.must("", "GET", "/actuator/info", "", { Accept: "application/json" })).text);
  }

  /** Asked for what prepares an input: must succeed. */
  async must(token, method, path, body, headers) {
    const answer = await this.ask(token, method, path, body, headers);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
    }
    return answer;
  }

  load(resource) {
    return this.must(this.loader, "PUT", `${resource.resourceType}/${resource.id}`, resource);
  }

  /** A patient with a key in the server's custody. */
  async patient(name, more = {}) {
    const id = this.id(name);
    await this.load({ resourceType: "Patient", id, name: [{ family: "F" + id }], ...more });
    await this.must(this.self(id), "POST", `Patient/${id}/$enroll-key`, {
      ...nothing,
      parameter: [{ name: "custody", valueString: "server" }],
    });
    return id;
  }

  async observation(name, patient, more = {}) {
    const id = this.id(name);
    await this.load({ ...observation(patient, more), id });
    return id;
  }

  /** A Consent of the patient for one practitioner. */
  consentOf(id, patient, practitioner, { provision = {}, ...more } = {}) {
    return {
      resourceType: "Consent",
      id,
      status: "active",
      scope: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/consentscope", code: "patient-privacy" }] },
      category: [{ coding: [{ system: "http://loinc.org", code: "59284-0" }] }],
      patient: { reference: "Patient/" + patient },
      policyRule: { coding: [{ system: v3 + "ActCode", code: "OPTIN" }] },
      provision: { type: "permit", ...(practitioner ? { actor: [actor("Practitioner/" + practitioner)] } : {}), ...provision },
      ...more,
    };
  }

  /** The same, stored and granted on the ledger by the patient. */
  async consent(name, patient, practitioner, more) {
    if (practitioner) {
      await this.load({ resourceType: "Practitioner", id: practitioner });
    }
    const consent = this.consentOf(this.id(name), patient, practitioner, more);
    await this.load(consent);
    await this.must(this.self(patient), "POST", `Consent/${consent.id}/$grant`, nothing);
    await this.until(async () => (await this.ledgerStatus(consent.id, patient)).includes('"granted"'), "granted");
    return consent.id;
  }

  async ledgerStatus(consent, patient) {
    return (await this.get(this.self(patient), `Consent/${consent}/$ledger-status`)).text;
  }

  /** A doctor who may read what this patient consented to, and does. */
  async doctorOf(patient, name = "doctor", more = {}) {
    const id = this.id(name);
    await this.consent("c-" + name, patient, id, more);
    const token = this.doctor(id);
    await this.until(async () => (await this.get(token, "Patient/" + patient)).status === 200, "a permitted read");
    return token;
  }

  async until(holds, what, seconds = 60) {
    const end = Date.now() + seconds * 1000;
    while (!(await holds())) {
      if (Date.now() > end) {
        throw new Error("waited in vain for " + what);
      }
      await pause(100);
    }
  }

  /** What an export of one type holds, all files together. */
  async exported(token, what) {
    const started = await this.must(token, "GET", what, "", { Prefer: "respond-async" });
    const path = (url) => url.slice(url.indexOf(this.base.pathname));
    const poll = path(started.headers["content-location"]);
    let answer;
    await this.until(async () => (answer = await this.get(token, poll)).status !== 202, "the export", 170);
    const files = [];
    for (const file of JSON.parse(answer.text).output ?? []) {
      const got = await this.get(token, path(file.url));
      const data = got.text.startsWith("{") && got.text.includes('"Binary"') ? JSON.parse(got.text).data : undefined;
      files.push(data ? Buffer.from(data, "base64").toString() : got.text);
    }
    return files.join("\n");
  }

  /** Rows of the database, cells parted by |, by the caller's own command. */
  async sql(statement) {
    const { execFileSync } = await import("node:child_process");
    return execFileSync("bash", ["-c", this.options.sql], { input: statement, encoding: "utf8" }).trim();
  }
}

export const actor = (reference, role = "IRCP") => ({
  role: { coding: [{ system: v3 + "ParticipationType", code: role }] },
  reference: { reference },
});

/** Type and id of what an answer, or an entry of one, says it stored. */
export const stored = (location) => /([A-Z][A-Za-z]+\/[A-Za-z0-9.-]+)(\/_history\/\d+)?$/.exec(location ?? "")?.[1];
export const locations = (answer) => (JSON.parse(answer.text).entry ?? []).map((one) => one.response ?? {});
