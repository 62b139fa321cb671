// As much of FHIR's model as the console reads.

export interface Coding {
  system?: string;
  code?: string;
  display?: string;
}

export interface Concept {
  text?: string;
  coding?: Coding[];
}

export interface Reference {
  reference?: string;
  display?: string;
}

export interface Resource {
  resourceType: string;
  id?: string;
  meta?: { versionId?: string; lastUpdated?: string };
  [element: string]: unknown;
}

export interface Bundle {
  resourceType: "Bundle";
  entry?: { resource?: Resource }[];
  link?: { relation?: string; url?: string }[];
}

export interface Name {
  text?: string;
  family?: string;
  given?: string[];
  prefix?: string[];
}

export function conceptText(concept: Concept | undefined): string {
  const coding = concept?.coding?.[0];
  return concept?.text ?? coding?.display ?? coding?.code ?? "";
}

export function nameText(name: Name | undefined): string {
  return name?.text ?? [...(name?.prefix ?? []), ...(name?.given ?? []), name?.family ?? ""].filter(Boolean).join(" ");
}

/** What people call it: a name, a title, what was measured; else type and id. */
export function titleOf(resource: Resource): string {
  const name = resource.name;
  if (Array.isArray(name) && name.length > 0) {
    return nameText(name[0] as Name) || referenceTo(resource);
  }
  if (typeof name === "string") {
    return name;
  }
  const concept = (resource.code ?? resource.type ?? resource.medicationCodeableConcept ?? resource.vaccineCode) as
    | Concept
    | Concept[]
    | undefined;
  return conceptText(Array.isArray(concept) ? concept[0] : concept) || referenceTo(resource);
}

export function referenceTo(resource: Resource): string {
  return `${resource.resourceType}/${resource.id ?? ""}`;
}

const LOCAL = /^[A-Z][A-Za-z]{1,40}\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

/** Whether it is the plain reference of a resource here, which a link may lead to. */
export function isLocal(reference: string): boolean {
  return LOCAL.test(reference);
}

/** The next page of a Bundle, as an address of this server. */
export function nextPage(bundle: Bundle): string | undefined {
  return bundle.link?.find(({ relation }) => relation === "next")?.url;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** The same JSON with each number as the text that it was: 72.50 stays 72.50. */
export function withDigits(json: string): Resource {
  return JSON.parse(json.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`))) as Resource;
}
