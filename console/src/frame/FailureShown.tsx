import { Component, type ReactNode } from "react";

/** A fault in a page shows a sentence, not a white screen. */
export class FailureShown extends Component<{ words: string; children: ReactNode }, { failed: boolean }> {
  state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  render() {
    return this.state.failed ? <p role="alert">{this.props.words}</p> : this.props.children;
  }
}
