// Takes the pictures of the walkthrough from a real VS Code: `npm run package && npx tsx scripts/walkthroughShots.ts`.
// Writes media/walkthrough/. Look at each before it is committed.
import { mkdir } from 'node:fs/promises';
import { Workbench } from '../test/e2e/workbench';
import { makeWorkspace } from '../test/e2e/workspace';

const folder = 'media/walkthrough';
const settings = {
  'headroom.budgetSeconds': 10,
  'headroom.plannedDevice': 'NVIDIA H100 SXM 80GB',
  'editor.minimap.enabled': false,
  'workbench.colorTheme': 'Light Modern',
};

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const vscode = await Workbench.open(await makeWorkspace(), { settings });
  try {
    const { page } = vscode;
    await page.setViewportSize({ width: 1200, height: 760 });
    const shoot = async (name: string, height = 560): Promise<void> => {
      // What has just been opened is still being drawn.
      await page.waitForTimeout(1000);
      const clip = { x: 0, y: 0, width: 1200, height };
      await page.screenshot({ path: `${folder}/${name}.png`, clip });
    };
    await vscode.runCommand('View: Close Primary Side Bar');
    await vscode.openAt('llama-3.2-1b/config.json', '"max_position_embeddings"');
    await vscode.codeLenses.first().waitFor();
    await shoot('open');

    await vscode.runCommand('Show or Focus Hover');
    await vscode.hover.first().waitFor();
    await shoot('hover');
    await page.keyboard.press('Escape');

    await vscode.deviceItem.click();
    await vscode.quickInput.fill('H100');
    await vscode.quickPick('H100').first().waitFor();
    await shoot('device');
    await page.keyboard.press('Escape');

    await vscode.openFile('mistral/config.json');
    await vscode.runCommand('Headroom: Profile Attention');
    await vscode.notification('Profiling attention').waitFor();
    await page.waitForTimeout(1500);
    await shoot('profile', 760);
    await vscode.panelSays('Profile complete', 90_000);

    await vscode.panel.getByRole('button', { name: /^Apply .*window.* to the config$/i }).click();
    await page
      .locator('.monaco-diff-editor .view-line')
      .filter({ hasText: '"sliding_window"' })
      .first()
      .waitFor();
    await shoot('replace');
    await vscode.quickPick('Discard').click();

    // The panel alone: its tab in front, the config's group closed.
    await vscode.panelTab.click();
    await vscode.runCommand('View: Toggle Maximize Editor Group');
    await shoot('panel', 760);
  } finally {
    await vscode.close();
  }
}

void main();
