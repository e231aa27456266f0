import type * as vscode from 'vscode';
import type { HostMessage } from '../../src/report/panelMessages';

/** Everything that is posted to the page of `panel` from now on, in order; the page still gets it. */
export function recordPosts({ webview }: vscode.WebviewPanel): readonly HostMessage[] {
  const posts: HostMessage[] = [];
  const post = webview.postMessage.bind(webview);
  Object.assign(webview, {
    postMessage: (message: HostMessage) => {
      posts.push(message);
      return post(message);
    },
  });
  return posts;
}

/** The name of the planned device in a report that was posted; `none` where it has none. */
export function plannedIn(message: HostMessage | undefined): string | undefined {
  return message?.type === 'report' ? (message.planned?.name ?? 'none') : undefined;
}
