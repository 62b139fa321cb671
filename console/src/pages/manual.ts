// Where the manual tells about each part of health. The server serves no manual: an operator finds the path beside the source.
export const MANUAL: Record<string, string> = {
  anchor: "docs/operate/README.md#at-two-in-the-morning",
  consents: "docs/operate/consent.md#when-the-ledger-is-not-heard",
  database: "docs/operate/bad-days.md#bad-days",
  db: "docs/operate/bad-days.md#bad-days",
  diskSpace: "docs/operate/bad-days.md#bad-days",
  editedRows: "docs/operate/README.md#what-to-watch",
  erasure: "docs/operate/README.md#at-two-in-the-morning",
  consentMode: "docs/operate/consent.md#which-mode-runs",
  identity: "docs/operate/identity.md#what-a-token-must-say",
  livenessState: "docs/operate/bad-days.md#what-holds-meanwhile",
  readinessState: "docs/operate/bad-days.md#what-holds-meanwhile",
  ping: "docs/operate/bad-days.md#what-holds-meanwhile",
  ssl: "docs/operate/README.md#what-to-watch",
  storedVersions: "docs/operate/README.md#resources-without-a-stored-version",
  tasks: "docs/operate/README.md#what-to-watch",
  verifyStore: "docs/operate/officers.md#show-that-nothing-is-missing",
};
