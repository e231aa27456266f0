import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { screenshotOnFailure } from './screenshotOnFailure';
import { sharedWorkbench } from './sharedWorkbench';
import type { Workbench } from './workbench';

interface Manifest {
  readonly contributes: {
    readonly walkthroughs: readonly { readonly title: string; readonly steps: readonly Step[] }[];
  };
}

interface Step {
  readonly title: string;
  readonly media: { readonly image: string; readonly altText: string };
}

describe('the walkthrough in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await sharedWorkbench();
  });
  beforeEach(() => vscode.reset());
  screenshotOnFailure(() => vscode);

  it('opens, and shows every step with its picture', async () => {
    const strings = JSON.parse(await readFile('package.nls.json', 'utf8')) as Record<string, string>;
    const text = (key: string): string => strings[key.replaceAll('%', '')] ?? assert.fail(key);
    const { contributes } = JSON.parse(await readFile('package.json', 'utf8')) as Manifest;
    const [walkthrough] = contributes.walkthroughs;
    assert.ok(walkthrough);
    assert.ok(walkthrough.steps.length >= 3);

    const { page } = vscode;
    await vscode.runCommand('Welcome: Open Walkthrough...');
    await vscode.quickInput.fill(text(walkthrough.title));
    await vscode.quickPick(text(walkthrough.title)).first().waitFor();
    await page.keyboard.press('Enter'); // A tooltip may lie over the entry.
    const shown = page.locator('.gettingStartedContainer').filter({ visible: true });
    for (const { title, media } of walkthrough.steps) {
      // Not the pointer's click: the tooltip of the step before may lie over this one.
      const step = shown.locator('.getting-started-step').filter({ hasText: text(title) });
      await step.first().dispatchEvent('click');
      assert.doesNotMatch((await step.first().textContent()) ?? '', /[`*]/, 'markup is rendered, not shown');
      await shown.getByAltText(text(media.altText), { exact: true }).filter({ visible: true }).waitFor();
      // A picture that the package lacks has no width.
      await page.waitForFunction(
        ([alt, name]) =>
          [...document.images].some(
            (image) => image.alt === alt && image.currentSrc.includes(name) && image.naturalWidth > 0,
          ),
        [text(media.altText), path.basename(media.image)] as const,
      );
    }
    const names = shown.locator('.getting-started-step code');
    assert.ok((await names.allTextContents()).includes('max_position_embeddings'));
    await vscode.screenshot('walkthrough');
  });
});
