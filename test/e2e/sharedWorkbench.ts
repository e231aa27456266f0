import { Workbench } from './workbench';
import { makeWorkspace } from './workspace';

let opening: Promise<Workbench> | undefined;

/** The VS Code that most tests use one after the other; started for the first, ended after the last. */
export async function sharedWorkbench(): Promise<Workbench> {
  opening ??= makeWorkspace().then((workspace) =>
    Workbench.open(workspace, {
      settings: { 'headroom.budgetSeconds': 10, 'headroom.replacements': ['sliding-window'] },
    }),
  );
  return opening;
}

after(async () => {
  await (await opening)?.close();
});
