import {
  ActionIcon,
  Anchor,
  Container,
  createTheme,
  Group,
  MantineProvider,
  SegmentedControl,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import "@mantine/core/styles.css";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { LANGUAGES, SpokenLanguage, useLanguage, useWords, type Language } from "../words/language";
import { FailureShown } from "./FailureShown";
import "./frame.css";

/** Dark enough on light, and light enough on dark, for texts that everybody can read. */
const theme = createTheme({
  primaryShade: { light: 8, dark: 8 },
  fontFamily: "system-ui, sans-serif",
  headings: { fontFamily: "system-ui, sans-serif" },
  respectReducedMotion: true,
});

/** The server puts a new one into each page: only style sheets with it are taken. */
const nonce = document.querySelector<HTMLMetaElement>("meta[property='csp-nonce']")?.nonce ?? "";

/** Starts a page. */
export function show(page: ReactNode): void {
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <SpokenLanguage>{page}</SpokenLanguage>
      </MantineProvider>
    </StrictMode>,
  );
}

export interface Link {
  href: string;
  text: string;
  here: boolean;
}

export function Frame({ links, person, children }: { links: Link[]; person?: ReactNode; children: ReactNode }) {
  const { frame } = useWords();
  return (
    <>
      <a className="skip" href="#main" onClick={toMain}>
        {frame.skip}
      </a>
      <header className="header">
        <Container size="lg">
          <Group justify="space-between" gap="xs">
            <Group gap="md" component="nav" aria-label={frame.menu}>
              {links.map(({ href, text, here }) => (
                <Anchor key={href} href={href} fw={here ? 700 : 400} aria-current={here ? "page" : undefined} c="inherit">
                  {text}
                </Anchor>
              ))}
            </Group>
            <Group gap="xs">
              {person}
              <LanguageChoice />
              <Brightness />
            </Group>
          </Group>
        </Container>
      </header>
      <Container size="lg" component="main" id="main" tabIndex={-1} py="lg" className="main">
        <FailureShown words={frame.failed}>{children}</FailureShown>
      </Container>
    </>
  );
}

/** The address after # is the page's own: it must not become #main. */
function toMain(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function LanguageChoice() {
  const { words, language, speak } = useLanguage();
  return (
    <SegmentedControl
      size="xs"
      aria-label={words.frame.language}
      value={language}
      onChange={(chosen) => speak(chosen as Language)}
      data={Object.keys(LANGUAGES).map((value) => ({ value, label: value.toUpperCase() }))}
    />
  );
}

function Brightness() {
  const { frame } = useWords();
  const { setColorScheme } = useMantineColorScheme();
  const now = useComputedColorScheme("light");
  const other = now === "light" ? "dark" : "light";
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={other === "dark" ? frame.dark : frame.bright}
      onClick={() => setColorScheme(other)}
    >
      <span aria-hidden="true">{other === "dark" ? "☾" : "☀"}</span>
    </ActionIcon>
  );
}
