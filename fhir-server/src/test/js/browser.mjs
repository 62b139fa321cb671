// What a browser does while somebody signs in: one cookie, redirects, and a click on a person.
export class Browser {
  #cookies = new Map();

  async #send(url, init = {}) {
    const headers = { accept: 'text/html', ...init.headers };
    if (this.#cookies.size > 0) {
      headers.cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    }
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(';', 1)[0].split('=', 2);
      this.#cookies.set(name, value);
    }
    return answer;
  }

  /** Follows redirects until a page is shown, or the address is the app's. */
  async #follow(url, init, app) {
    let answer = await this.#send(url, init);
    let at = new URL(url);
    for (let hops = 0; answer.headers.has('location') && hops < 10; hops++) {
      at = new URL(answer.headers.get('location'), at);
      if (at.href.startsWith(app)) {
        return { at, body: '' };
      }
      answer = await this.#send(at);
    }
    return { at, body: await answer.text() };
  }

  #form(page, fields) {
    const form = new URLSearchParams(fields);
    for (const [, name, value] of page.body.split('</form>', 1)[0].matchAll(
      /<input type="hidden" name="([^"]*)" value="([^"]*)">/g,
    )) {
      form.append(name, value);
    }
    return { method: 'POST', body: form };
  }

  /** From the app's request to the address at which it is called back. */
  async signIn(request, app, person, patient) {
    let page = await this.#follow(request, {}, app);
    page = await this.#follow(new URL('/oauth2/sign-in', page.at), this.#form(page, { person }), app);
    if (page.at.href.startsWith(app)) {
      return page.at;
    }
    const consent = this.#form(page, patient === undefined ? {} : { patient });
    for (const [, scope] of page.body.matchAll(/name="scope" value="([^"]*)" checked/g)) {
      consent.body.append('scope', scope);
    }
    return (await this.#follow(new URL('/oauth2/authorize', page.at), consent, app)).at;
  }
}
