import { Frame, show } from "./frame/Frame";
import { CheckPage } from "./pages/CheckPage";
import { useWords } from "./words/language";

function Check() {
  const { frame } = useWords();
  const links = [
    { href: "./#/", text: frame.start, here: false },
    { href: "check.html", text: frame.check, here: true },
    { href: "./#/server", text: frame.operator, here: false },
  ];
  return (
    <Frame links={links}>
      <CheckPage />
    </Frame>
  );
}

show(<Check />);
