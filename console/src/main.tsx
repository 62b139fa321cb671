import { useEffect, useState } from "react";
import { Frame, show } from "./frame/Frame";
import { OperatorPage } from "./pages/OperatorPage";
import { StartPage } from "./pages/StartPage";
import { useWords } from "./words/language";

const PLACES = ["#/", "#/server"] as const;
type Place = (typeof PLACES)[number];

/** What is not a page of ours is the first one. */
function placeNow(): Place {
  return PLACES.find((place) => place === location.hash) ?? "#/";
}

function Console() {
  const { frame } = useWords();
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const follow = () => {
      setPlace(placeNow());
      document.getElementById("main")?.focus();
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const links = [
    { href: "#/", text: frame.start, here: place === "#/" },
    { href: "check.html", text: frame.check, here: false },
    { href: "#/server", text: frame.operator, here: place === "#/server" },
  ];
  return <Frame links={links}>{place === "#/server" ? <OperatorPage /> : <StartPage />}</Frame>;
}

show(<Console />);
