import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface ShownMessage {
  readonly severity: 'error' | 'warning' | 'information';
  readonly text: string;
  readonly buttons: readonly string[];
}

/** Keeps what the extension would show as notifications, and answers in the user's place. */
export class MessageRecorder {
  public readonly shown: ShownMessage[] = [];
  /** The button that is pressed wherever a message has it; otherwise a message is dismissed. */
  public answer: string | undefined;
  private readonly originals = {
    showErrorMessage: vscode.window.showErrorMessage,
    showWarningMessage: vscode.window.showWarningMessage,
    showInformationMessage: vscode.window.showInformationMessage,
  };

  /** Takes the place of the editor's own functions until `restore`. */
  public constructor() {
    // The extension under test and its tests get one and the same API object.
    Object.assign(vscode.window, {
      showErrorMessage: this.recorder('error'),
      showWarningMessage: this.recorder('warning'),
      showInformationMessage: this.recorder('information'),
    });
  }

  public restore(): void {
    Object.assign(vscode.window, this.originals);
  }

  public clear(): void {
    this.shown.length = 0;
    this.answer = undefined;
  }

  /** The one message that was shown. Fails when there was another or none. */
  public get only(): ShownMessage {
    assert.equal(this.shown.length, 1, this.shown.map(({ text }) => text).join(' | ') || 'no message');
    const [first] = this.shown;
    assert.ok(first);
    return first;
  }

  private recorder(severity: ShownMessage['severity']) {
    return (text: string, ...rest: readonly unknown[]): Promise<string | undefined> => {
      const buttons = rest.filter((item) => typeof item === 'string');
      this.shown.push({ severity, text, buttons });
      return Promise.resolve(buttons.find((button) => button === this.answer));
    };
  }
}
