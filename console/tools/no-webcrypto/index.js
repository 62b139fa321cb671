// Never reached in a browser: fhirclient asks for it only where globalThis.crypto is not there.
exports.default = globalThis.crypto;
