// Debian's Chromium without a window, driven through its debugging pipe: no port is opened and no library is needed.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const BINARY = process.env.CHROMIUM ?? "/usr/bin/chromium";
const POLLS = 300;
const PAUSE_MS = 50;

export const chromiumMissing = existsSync(BINARY) ? false : `no ${BINARY}: install the Debian package chromium`;

export class Chromium {
  static async start() {
    const profile = mkdtempSync(path.join(os.tmpdir(), "verify-page-"));
    const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"];
    const child = spawn(BINARY, [...args, "--disable-background-networking", `--user-data-dir=${profile}`, "about:blank"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    const browser = new Chromium(child, profile);
    const { targetInfos } = await browser.send("Target.getTargets");
    const { targetId } = targetInfos.find(({ type }) => type === "page");
    ({ sessionId: browser.session } = await browser.send("Target.attachToTarget", { targetId, flatten: true }));
    for (const domain of ["Page", "Runtime", "DOM", "Network", "Log"]) {
      await browser.send(`${domain}.enable`);
    }
    return browser;
  }

  constructor(child, profile) {
    this.child = child;
    this.profile = profile;
    this.waiting = new Map();
    this.lastId = 0;
    /** Addresses of all requests, and what the console said. */
    this.requests = [];
    this.complaints = [];
    let rest = "";
    child.stdio[4].on("data", (part) => {
      const messages = (rest + part).split("\0");
      rest = messages.pop();
      messages.forEach((message) => this.received(JSON.parse(message)));
    });
    child.on("exit", (code) => {
      this.waiting.forEach(({ reject }) => reject(new Error(`chromium ended with ${code}`)));
    });
  }

  received({ id, result, error, method, params }) {
    if (method === "Network.requestWillBeSent") {
      this.requests.push(params.request.url);
    } else if (method === "Runtime.exceptionThrown" || method === "Log.entryAdded") {
      this.complaints.push(JSON.stringify(params));
    }
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) {
      waiting?.reject(new Error(error.message));
    } else {
      waiting?.resolve(result);
    }
  }

  send(method, params = {}) {
    const id = ++this.lastId;
    this.child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.session })}\0`);
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  async open(url) {
    await this.send("Page.navigate", { url });
    await this.until("document.readyState === 'complete'");
  }

  /** The value of an expression in the page. */
  async value(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  async until(expression) {
    for (let poll = 0; poll < POLLS; poll++) {
      if (await this.value(expression)) {
        return;
      }
      await new Promise((resume) => setTimeout(resume, PAUSE_MS));
    }
    throw new Error(`never true: ${expression}`);
  }

  async chooseFiles(selector, files) {
    const { root } = await this.send("DOM.getDocument");
    const { nodeId } = await this.send("DOM.querySelector", { nodeId: root.nodeId, selector });
    await this.send("DOM.setFileInputFiles", { nodeId, files });
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await ended;
    await this.removeProfile();
  }

  /** Chromium's other processes write there for a moment longer, into folders that were just emptied. */
  async removeProfile() {
    for (let attempt = 1; ; attempt++) {
      try {
        rmSync(this.profile, { recursive: true, force: true });
        return;
      } catch (error) {
        if (error.code !== "ENOTEMPTY" || attempt === POLLS) {
          throw error;
        }
        await new Promise((resume) => setTimeout(resume, PAUSE_MS));
      }
    }
  }
}
