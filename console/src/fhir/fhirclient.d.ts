// The build for browsers sets a global, and has no types of its own.
declare module "fhirclient/build/fhir-client.pure.js";
