import { NativeSelect, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { ask } from "../fhir/ask";
import { CONSOLE_BASE, FHIR_BASE } from "../fhir/base";
import type { Session } from "../fhir/session";
import { Failure } from "../people/Answered";
import { useWords } from "../words/language";
import { usePageTitle } from "./usePageTitle";

interface SwaggerSystem {
  React: { createElement(name: "div", properties: { className: string }, text: string): unknown };
}

/** Swagger UI would draw each description as Markdown, with the pictures that it names: no text of an answer is markup here. HAPI's have line breaks. */
const PLAIN = {
  wrapComponents: {
    Markdown:
      (_: unknown, { React }: SwaggerSystem) =>
      ({ source }: { source?: string }) =>
        source ? React.createElement("div", { className: "markdown" }, source.replaceAll("<br/>", "\n")) : null,
  },
};

/** What HAPI calls the part that is about no type. */
const WHOLE = "System Level Operations";

interface SwaggerRequest {
  url: string;
  headers: Record<string, string>;
}

interface Swagger {
  (options: {
    url: string;
    domNode: HTMLElement;
    validatorUrl: null;
    showMutatedRequest: boolean;
    plugins: object[];
    requestInterceptor(request: SwaggerRequest): SwaggerRequest;
  }): unknown;
}

interface Capability {
  rest?: { resource?: { type: string }[] }[];
}

let loaded: Promise<Swagger> | undefined;

/** Swagger UI, as the server has it: once, when somebody opens the page. */
function swagger(): Promise<Swagger> {
  loaded ??= new Promise((resolve, reject) => {
    const style = document.createElement("link");
    Object.assign(style, { rel: "stylesheet", href: `${CONSOLE_BASE}console/swagger-ui.css` });
    const script = document.createElement("script");
    Object.assign(script, {
      src: `${CONSOLE_BASE}console/swagger-ui-bundle.js`,
      onload: () => resolve((window as unknown as { SwaggerUIBundle: Swagger }).SwaggerUIBundle),
      onerror: () => {
        loaded = undefined;
        reject(new Error("swagger-ui-bundle.js"));
      },
    });
    document.head.append(style, script);
  });
  return loaded;
}

/** The API for whoever writes a program: each request is tried as who is signed in. */
export default function ApiPage({ session }: { session: Session }) {
  const { api } = useWords().people;
  usePageTitle(api.title);
  const [types, setTypes] = useState<string[]>([]);
  const [part, setPart] = useState(WHOLE);
  const [failure, setFailure] = useState<unknown>();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ask<Capability>(session, "metadata").then(({ rest = [] }) => setTypes(rest.flatMap(({ resource = [] }) => resource.map(({ type }) => type))), setFailure);
  }, []);
  useEffect(() => {
    swagger().then((start) => {
      if (place.current) {
        const domNode = document.createElement("div");
        place.current.replaceChildren(domNode);
        const url = `${FHIR_BASE}/api-docs?page=${encodeURIComponent(part)}`;
        // The line for curl is shown without the token.
        start({ url, domNode, validatorUrl: null, showMutatedRequest: false, plugins: [PLAIN], requestInterceptor: signed(session) });
      }
    }, setFailure);
  }, [part]);
  useEffect(() => {
    const drawn = place.current as HTMLElement;
    const observer = new MutationObserver(() => mend(drawn));
    observer.observe(drawn, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  return (
    <Stack gap="lg">
      <Title order={1}>{api.title}</Title>
      <Text>{api.about}</Text>
      <NativeSelect
        id="part"
        label={api.part}
        value={part}
        onChange={({ currentTarget }) => setPart(currentTarget.value)}
        data={[{ value: WHOLE, label: api.whole }, ...types]}
        maw={320}
      />
      {failure !== undefined && <Failure failure={failure} />}
      <div ref={place} id="api" lang="en" />
    </Stack>
  );
}

/** What Swagger UI leaves without a name, and out of the keyboard's reach; in its own language. */
function mend(drawn: HTMLElement): void {
  drawn.querySelectorAll(".copy-to-clipboard > button:not([aria-label])").forEach((button) => button.setAttribute("aria-label", "Copy to clipboard"));
  drawn.querySelectorAll("#servers:not([aria-label])").forEach((choice) => choice.setAttribute("aria-label", "Servers"));
  drawn.querySelectorAll("textarea.body-param__text:not([aria-label])").forEach((body) => body.setAttribute("aria-label", "Request body"));
  drawn.querySelectorAll("pre.microlight:not([tabindex])").forEach((scrolled) => scrolled.setAttribute("tabindex", "0"));
}

/** The token goes to this server's API, and nowhere else. */
function signed(session: Session) {
  return (request: SwaggerRequest) => {
    if (new URL(request.url, document.baseURI).href.startsWith(`${FHIR_BASE}/`)) {
      request.headers.Authorization = session.client.getAuthorizationHeader() ?? "";
    }
    return request;
  };
}
