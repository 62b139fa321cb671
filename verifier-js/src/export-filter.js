import { utcMillis } from "./instant.js";

/** What an export can be asked for (EXP-1), in the order in which reports name it. */
export const EXPORT_KINDS = ["versions", "disclosures", "refusals", "consents"];

const MOST_VALUES = 100;
const VERSION = /\/_history\/[^\n\r\u0085\u2028\u2029]*/;

/** What an export was asked for: the same function chooses the lines again. */
export class ExportFilter {
  /** @param {import("./json-members.js").JsonMembers} members */
  constructor(members) {
    const kinds = strings(members, "kind");
    if (!kinds.every((kind) => EXPORT_KINDS.includes(kind))) {
      throw members.wrong("kind", "want a kind that this version knows");
    }
    this.since = members.has("since") ? members.read("since", utcMillis) : undefined;
    this.until = members.has("until") ? members.read("until", utcMillis) : undefined;
    this.patient = members.has("patient") ? members.string("patient") : undefined;
    this.agents = strings(members, "agent");
    this.resources = strings(members, "resource");
    this.kinds = EXPORT_KINDS.filter((kind) => kinds.includes(kind));
    members.refuseOthers();
  }

  /** Whether the leaf has a line in the export. @param {import("./export-leaf.js").ExportedLeaf} leaf */
  matches(leaf) {
    const { recorded } = leaf.statement;
    return (
      this.kinds.includes(leaf.kind()) &&
      (this.since === undefined || recorded >= this.since) &&
      (this.until === undefined || recorded < this.until) &&
      (this.agents.length === 0 || this.isBy(leaf)) &&
      (this.resources.length === 0 || leaf.resourcesWithVersions().some((name) => this.isMeant(name.replace(VERSION, ""))))
    );
  }

  isBy(leaf) {
    return [leaf.person(), leaf.organization(), leaf.application(), leaf.subject()].some(
      (who) => who !== undefined && this.agents.includes(who),
    );
  }

  isMeant(name) {
    const slash = name.indexOf("/");
    return this.resources.includes(name) || (slash > 0 && this.resources.includes(name.slice(0, slash)));
  }

  toJson() {
    const { since, until, patient, agents: agent, resources: resource } = this;
    return { since, until, patient, agent, resource, kind: [...this.kinds].sort() };
  }
}

function strings(members, name) {
  return members.list(name, MOST_VALUES).map((value) => {
    if (!value.isString()) {
      throw members.wrong(name, "want strings");
    }
    return value.string();
  });
}
