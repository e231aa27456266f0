// Pictures of the running product for the walkthrough: `npx tsx test/e2e/walkthroughShots.ts`, after `npm run package`;
// those of the README with `readme` behind it. Writes media/; look at each before it is committed.
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { Workbench } from './workbench';
import { makeWorkspace } from './workspace';

const folder = path.resolve('media/walkthrough');
const config = 'llama-3.2-1b/config.json';
/** A small one that has a key for a window. */
const windowed = 'mistral/config.json';
const window = { width: 1100, height: 700 };
/** The panel's, down to the curves. */
const panelHeight = 1330;
const maxBytes = 300_000;

/** What to show before each picture, one after the other, and the part of the window that is in it. */
const shots: Readonly<Record<string, (vscode: Workbench) => Promise<Box>>> = {
  async open(vscode) {
    await vscode.openFile(config);
    await vscode.goTo(5, 1);
    await vscode.codeLenses.first().waitFor();
    return around(vscode, [vscode.page.locator('.part.editor')], { width: 800, height: 430 });
  },
  async hover(vscode) {
    await vscode.openAt(config, '"max_position_embeddings"');
    await vscode.runCommand('Show or Focus Hover');
    await vscode.hover.getByText('Choose device').waitFor();
    return around(vscode, [vscode.codeLenses.first(), vscode.hover], { margin: 62 });
  },
  async device(vscode) {
    await vscode.deviceItem.click();
    await vscode.quickInput.fill('H100');
    await vscode.quickPick('H100').first().waitFor();
    return around(vscode, [vscode.page.locator('.quick-input-widget')], { margin: 20 });
  },
  async profile(vscode) {
    await vscode.useSettings({});
    await vscode.openFile(config);
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.notification('Profiling attention').waitFor();
    await vscode.panelSays('Profiling');
    return around(vscode, [vscode.page.locator('.part.editor')], {});
  },
  async panel(vscode) {
    await vscode.panelSays('Profile complete', 120_000);
    // A length at which the projections are not far from what was measured.
    await vscode.openFile(config);
    await vscode.runCommand('Headroom: Profile Attention at Length…');
    await vscode.quickInput.fill('4k');
    await vscode.page.keyboard.press('Enter');
    await vscode.panelSays('n = 4,096');
    await vscode.panelSays('Profile complete', 120_000);
    await vscode.panelTab.click();
    await vscode.runCommand('View: Toggle Maximize Editor Group');
    await vscode.page.setViewportSize({ ...window, height: panelHeight });
    return around(vscode, [vscode.page.locator('.part.editor')], {});
  },
  async replace(vscode) {
    await vscode.page.setViewportSize(window);
    await vscode.runCommand('View: Toggle Maximize Editor Group');
    await vscode.openFile(windowed);
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.panelSays(windowed);
    await vscode.panelSays('Profile complete', 120_000);
    await vscode.panel.getByRole('button', { name: /^Apply .*window.* to the config$/i }).click();
    await vscode.page
      .locator('.monaco-diff-editor .view-line')
      .filter({ hasText: '"sliding_window"' })
      .first()
      .waitFor();
    return around(vscode, [vscode.page.locator('.quick-input-widget'), vscode.page.locator('.part.editor')], {
      width: 820,
      height: 440,
    });
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
  // Whatever moves in has come to rest, and no button shows what it is for.
  await vscode.page.mouse.move(window.width / 2, window.height - 60);
  await vscode.page.waitForTimeout(1500);
  const boxes: Box[] = [];
  for (const part of parts) {
    const box = await part.boundingBox();
    if (box) boxes.push(box);
  }
  const left = Math.max(0, Math.min(...boxes.map(({ x }) => x)) - margin);
  const top = Math.max(0, Math.min(...boxes.map(({ y }) => y)) - margin);
  const right = Math.min(window.width, Math.max(...boxes.map((box) => box.x + box.width)) + margin);
  const bottom = Math.min(
    vscode.page.viewportSize()?.height ?? window.height,
    Math.max(...boxes.map((box) => box.y + box.height)) + margin,
  );
  return { x: left, y: top, width: Math.min(width, right - left), height: Math.min(height, bottom - top) };
}

async function walkthrough(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const vscode = await Workbench.open(await makeWorkspace(), {
    settings: {
      'workbench.colorTheme': 'Default Light Modern',
      'editor.hover.above': false,
      'editor.minimap.enabled': false,
      'editor.scrollBeyondLastLine': false,
      'breadcrumbs.enabled': false,
      'headroom.budgetSeconds': 20,
      'headroom.plannedDevice': 'NVIDIA H100 SXM 80GB',
    },
  });
  try {
    await vscode.page.setViewportSize(window);
    await vscode.runCommand('View: Close Primary Side Bar');
    for (const [name, show] of Object.entries(shots)) {
      await write(vscode, path.join(folder, `${name}.png`), await show(vscode));
      await vscode.page.keyboard.press('Escape');
    }
  } finally {
    await vscode.screenshot('walkthroughShots');
    await vscode.close();
  }
}

/** The panel beside its config, and its replacements, as one who has run a profile sees them. */
async function readme(): Promise<void> {
  const vscode = await Workbench.open(await makeWorkspace(), {
    settings: {
      'workbench.colorTheme': 'Default Dark Modern',
      'editor.minimap.enabled': false,
      'breadcrumbs.enabled': false,
      'headroom.budgetSeconds': 30,
    },
  });
  try {
    await vscode.openFile(config);
    await vscode.runCommand('Headroom: Profile Attention');
    // A large window that is drawn in software takes the cores that are measured.
    const { width, height } = vscode.page.viewportSize() ?? window;
    await vscode.page.setViewportSize({ width: 500, height: 300 });
    await vscode.panelSays('Profile complete', 180_000);
    await vscode.page.setViewportSize({ width, height });
    await vscode.runCommand('Notifications: Clear All Notifications');
    await vscode.showPanelWide();
    const whole = { x: 0, y: 0, width, height };
    for (const [name, section] of [
      ['panel', undefined],
      ['replacements', 'Replacements'],
    ] as const) {
      if (section !== undefined) await vscode.panel.getByRole('link', { name: section }).click();
      await vscode.page.waitForTimeout(2000);
      await write(vscode, path.resolve('media', `${name}.png`), whole);
    }
  } finally {
    await vscode.screenshot('readmeShots');
    await vscode.close();
  }
}

async function write(vscode: Workbench, file: string, clip: Box): Promise<void> {
  await vscode.page.screenshot({ path: file, clip, scale: 'css' });
  const { size } = await stat(file);
  console.log(`${file} ${String(size)} bytes${size > maxBytes ? ', too large' : ''}`);
}

void (process.argv.includes('readme') ? readme() : walkthrough());
