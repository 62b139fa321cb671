import { useEffect } from "react";

/** The page's name in the browser's tab, for whoever hears it. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · FHIR Anchor`;
  }, [title]);
}
