// Pictures of the running product for the walkthrough and the README: `npx tsx test/e2e/walkthroughShots.ts [name]`,
// after `npm run package`. Writes media/walkthrough/; look at each before it is committed.
import { cp, mkdir, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { Workbench } from './workbench';

const folder = path.resolve('media/walkthrough');
const config = 'llama-3.2-1b/config.json';
const window = { width: 1100, height: 700 };
const maxBytes = 200_000;

/** What to show before each picture, and the part of the window that is in it. */
const shots: Readonly<Record<string, (vscode: Workbench) => Promise<Box>>> = {
  async open(vscode) {
    await vscode.openAt(config, '"vocab_size"');
    await vscode.codeLenses.first().waitFor();
    return around(vscode, [vscode.page.locator('.part.editor')], { height: 430 });
  },
  async hover(vscode) {
    await vscode.openAt(config, '"max_position_embeddings"');
    await vscode.codeLenses.first().waitFor();
    await vscode.runCommand('Show or Focus Hover');
    await vscode.hover.getByText('Choose device').waitFor();
    return around(vscode, [vscode.codeLenses.first(), vscode.hover], { margin: 24 });
  },
  async codeLens(vscode) {
    await vscode.openAt(config, '"vocab_size"');
    await vscode.codeLenses.first().waitFor();
    return around(vscode, [vscode.codeLenses.first()], { margin: 60, width: 620 });
  },
  async device(vscode) {
    await vscode.openFile(config);
    await vscode.deviceItem.click();
    await vscode.quickPick('GiB').first().waitFor();
    return around(vscode, [vscode.page.locator('.quick-input-widget')], { margin: 20 });
  },
  async quickFix(vscode) {
    await vscode.useSettings({ 'headroom.plannedDevice': 'RTX 4090' });
    await vscode.openAt(config, '"max_position_embeddings": 131072');
    await vscode.codeLenses.filter({ hasText: 'over' }).waitFor();
    await vscode.page.locator('.squiggly-warning, .squiggly-error, .squiggly-info').first().waitFor();
    await vscode.runCommand('Quick Fix...');
    const menu = vscode.page.locator('.action-widget').filter({ visible: true });
    await menu.waitFor();
    return around(vscode, [vscode.codeLenses.first(), menu], { margin: 40 });
  },
  async profile(vscode) {
    await vscode.openFile(config);
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.notification('Profiling attention').waitFor();
    await vscode.panelSays('Profiling');
    return around(vscode, [vscode.page.locator('.part.editor')], {});
  },
  async panel(vscode) {
    await vscode.panelSays('Profile complete', 120_000);
    await vscode.showPanelWide();
    return around(vscode, [vscode.page.locator('.part.editor')], {});
  },
  async replace(vscode) {
    const button = vscode.panel.getByRole('button', { name: /^Apply .* to the config$/i }).first();
    await button.click();
    await vscode.page.locator('.monaco-diff-editor .view-line').first().waitFor();
    return around(vscode, [vscode.page.locator('.part.editor')], {});
  },
};

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest part of the window that holds `parts` and `margin` px around them, at most as wide and high as asked. */
async function around(
  vscode: Workbench,
  parts: readonly Locator[],
  { margin = 0, width = Infinity, height = Infinity },
): Promise<Box> {
  // Whatever moves in, and the caret, has come to rest.
  await vscode.page.waitForTimeout(1500);
  const boxes: Box[] = [];
  for (const part of parts) {
    const box = await part.boundingBox();
    if (box) boxes.push(box);
  }
  const left = Math.max(0, Math.min(...boxes.map(({ x }) => x)) - margin);
  const top = Math.max(0, Math.min(...boxes.map(({ y }) => y)) - margin);
  const right = Math.min(window.width, Math.max(...boxes.map((box) => box.x + box.width)) + margin);
  const bottom = Math.min(window.height, Math.max(...boxes.map((box) => box.y + box.height)) + margin);
  return { x: left, y: top, width: Math.min(width, right - left), height: Math.min(height, bottom - top) };
}

async function main(): Promise<void> {
  const workspace = await mkdtemp(path.join(tmpdir(), 'headroom-shots-'));
  await cp('examples', workspace, { recursive: true });
  await mkdir(folder, { recursive: true });
  const vscode = await Workbench.open(workspace, {
    settings: {
      'workbench.colorTheme': 'Default Light Modern',
      'editor.minimap.enabled': false,
      'editor.scrollBeyondLastLine': false,
      'breadcrumbs.enabled': false,
      'headroom.budgetSeconds': 20,
    },
  });
  try {
    await vscode.page.setViewportSize(window);
    await vscode.runCommand('View: Close Primary Side Bar');
    for (const [name, show] of Object.entries(shots)) {
      const file = path.join(folder, `${name}.png`);
      await vscode.page.screenshot({ path: file, clip: await show(vscode), scale: 'css' });
      const { size } = await stat(file);
      console.log(`${file} ${String(size)} bytes${size > maxBytes ? ', too large' : ''}`);
      await vscode.page.keyboard.press('Escape');
      await vscode.page.keyboard.press('Escape');
      await vscode.useSettings({});
    }
  } finally {
    await vscode.screenshot('walkthroughShots');
    await vscode.close();
  }
}

void main();
