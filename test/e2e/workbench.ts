import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../scripts/realVscode/browser';
import { launchRealVscode } from '../../scripts/realVscode/launch';
import type { LaunchOptions, RealVscode } from '../../scripts/realVscode/launch';
import { keptEditors } from './keptEditors';
import { awaitWorkers } from './workerProcesses';

const vsix = `out/headroom-${process.platform}-${process.arch}.vsix`;
const screenshots = path.resolve('out/screenshots');

/** A real VS Code with the VSIX installed, as a person at its keyboard sees it. */
export class Workbench {
  private constructor(
    private readonly server: RealVscode,
    private readonly browser: Browser,
    public readonly page: Page,
    public readonly workspace: string,
  ) {}

  /**
   * Starts VS Code with the folder `workspace` open, or with the folders that `workspaceFile` in it lists, and waits
   * until it takes commands. `close` removes the workspace.
   */
  public static async open(
    workspace: string,
    { workspaceFile, ...options }: LaunchOptions & { readonly workspaceFile?: string } = {},
  ): Promise<Workbench> {
    const server = await launchRealVscode({ vsix, ...options });
    const browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
    page.setDefaultTimeout(20_000);
    const workbench = new Workbench(server, browser, page, workspace);
    const several = (file: string): string =>
      `${server.origin}/?${new URLSearchParams({ workspace: path.join(workspace, file) }).toString()}`;
    await page.goto(workspaceFile === undefined ? server.urlOf(workspace) : several(workspaceFile));
    await workbench.ready();
    return workbench;
  }

  public async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await rm(this.workspace, { recursive: true, force: true });
  }

  /**
   * Waits until VS Code has kept, for after a reload, that the panel is open and nothing else: a page that goes
   * away cannot wait for its database, so VS Code in a browser keeps its editors every few seconds instead, and
   * what was opened since is lost.
   */
  public async panelIsKept(): Promise<void> {
    const end = Date.now() + 120_000;
    let kept = '';
    while (kept !== 'workbench.editors.webviewInput') {
      if (Date.now() > end) throw new Error(`VS Code did not keep its editors as they are: it has ${kept}.`);
      await this.page.waitForTimeout(200);
      kept = (await this.page.evaluate(keptEditors)).join(', ');
    }
  }

  /** Reloads the window, as `Developer: Reload Window` does. */
  public async reload(): Promise<void> {
    await this.page.reload();
    // Not `ready`: whether the side bar comes back depends on when the window last kept its layout.
    await this.page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor();
  }

  /** Runs the command that the palette lists as `title`, exactly. */
  public async runCommand(title: string): Promise<void> {
    await this.quickInput.waitFor({ state: 'hidden' }); // The one before may still be closing.
    // The palette closes when the focus moves, as it does while an editor is just opening, and it does not learn of
    // commands whose extension is only being found: then it is opened again.
    for (let attempt = 1; ; attempt++) {
      try {
        await this.page.keyboard.press('F1');
        await this.quickInput.fill(`>${title}`, { timeout: 4000 });
        // The label goes on with `, recently used` and the like.
        const entry = `.monaco-list-row[aria-label="${title}"], .monaco-list-row[aria-label^="${title},"]`;
        const entries = this.page.locator('.quick-input-list').locator(entry).filter({ visible: true });
        await entries.first().click({ timeout: 4000 });
        return;
      } catch (error) {
        if (attempt === 6) throw error;
        await this.page.keyboard.press('Escape');
        await this.quickInput.waitFor({ state: 'hidden' });
      }
    }
  }

  /** Entries of the open palette whose text contains `text`. */
  public quickPick(text: string): Locator {
    return this.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: text })
      .filter({ visible: true });
  }

  public get quickInput(): Locator {
    return this.page.locator('.quick-input-widget input[type=text]');
  }

  /** Opens `file` of the workspace in an editor that stays, and gives it the focus. */
  public async openFile(file: string): Promise<void> {
    await this.quickInput.waitFor({ state: 'hidden' });
    // By its absolute path: finding files by name needs ripgrep, which code-server's npm package lacks.
    const full = path.join(this.workspace, file);
    // Of the folder only the last part stands together in a workspace of several: `models • tiny`.
    const [name, folder] = [path.basename(full), path.basename(path.dirname(file))];
    // The list is made anew while the path is looked up: a click on an entry of the one before opens nothing.
    for (let attempt = 1; ; attempt++) {
      try {
        await this.page.keyboard.press('Control+P');
        await this.quickInput.fill(full, { timeout: 4000 });
        // Until the path was looked up, files that were open before are listed, of the same name perhaps.
        const entries = this.quickPick(name);
        const entry = folder === '.' ? entries : entries.filter({ hasText: folder });
        await entry.first().click({ timeout: 6000 });
        await this.titleIs(file, attempt === 4 ? 20_000 : 6000);
        return;
      } catch (error) {
        if (attempt === 4) throw error;
        await this.page.keyboard.press('Escape');
        await this.quickInput.waitFor({ state: 'hidden' });
      }
    }
  }

  /** Waits until the active editor is `name`, as the window's title says: `folder • file` where there are several. */
  private async titleIs(name: string, timeout: number): Promise<void> {
    const starts = (start: string): boolean => document.title.replace(' • ', '/').startsWith(start);
    await this.page.waitForFunction(starts, name, { timeout });
  }

  /** Notifications that contain `text`. */
  public notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
  }

  /** A button of any notification; long ones hide theirs until they have the focus. */
  public notificationButton(name: string): Locator {
    return this.page.locator('.notifications-toasts').getByRole('button', { name });
  }

  /** The button in the editor's title that starts a profile. */
  public get profileButton(): Locator {
    return this.page.locator('.editor-actions a.action-label[aria-label^="Profile Attention"]');
  }

  /** Folder of the server's settings and extensions. */
  public get home(): string {
    return this.server.home;
  }

  /**
   * Makes these the settings of the workspace, in place of what was there; VS Code sees it a moment later. Not the
   * user's: VS Code in a browser does not watch those, and takes no setting of a machine from them.
   */
  public async useSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const folder = path.join(this.workspace, '.vscode');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings));
  }

  /** Leaves nothing of the test before: no running profile, editor, unsaved text or message. */
  public async reset(): Promise<void> {
    await this.page.keyboard.press('Escape');
    const cancel = this.notification('Profiling attention').getByRole('button', { name: 'Cancel' });
    if ((await cancel.count()) > 0) await cancel.click();
    await awaitWorkers(this.home, 0);
    if ((await this.page.locator('.tab.dirty').count()) > 0) {
      await this.page.locator('.tab.dirty').first().click();
      await this.runCommand('File: Revert File');
    }
    await this.runCommand('View: Close All Editors');
    await this.page.locator('.tabs-container .tab').first().waitFor({ state: 'detached' });
    await this.runCommand('Notifications: Clear All Notifications');
    await this.notification(/./).first().waitFor({ state: 'detached' });
  }

  /** Text of the editor in front, as far as it is in view. */
  public async editorText(): Promise<string> {
    const lines = await this.page.locator('.editor-instance .view-lines').first().innerText();
    return lines.replaceAll('\u00a0', ' ');
  }

  /** Puts the caret at `line`, `column` (from 1) of the active editor and types `text`. */
  public async typeAt(line: number, column: number, text: string): Promise<void> {
    await this.goTo(line, column);
    await this.page.keyboard.type(text);
  }

  /** Puts the caret at `line`, `column` (from 1) of the active editor. */
  public async goTo(line: number, column: number): Promise<void> {
    await this.page.keyboard.press('Control+G');
    await this.quickInput.fill(`:${String(line)}:${String(column)}`);
    await this.quickPick(`line ${String(line)} `).waitFor(); // Until it was read, Enter is not taken.
    await this.page.keyboard.press('Enter');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** Opens `file` of the workspace and puts the caret into the first place of `text` in it, as it is on disk. */
  public async openAt(file: string, text: string): Promise<void> {
    const content = await readFile(path.join(this.workspace, file), 'utf8');
    const before = content.slice(0, content.indexOf(text)).split('\n');
    await this.openFile(file);
    await this.goTo(before.length, (before.at(-1)?.length ?? 0) + 2);
  }

  /** The hover in sight over text. */
  public get hover(): Locator {
    return this.page.locator('.monaco-editor .monaco-hover').filter({ visible: true });
  }

  /** Lines above the text of the active editor, one for each place. */
  public get codeLenses(): Locator {
    return this.page.locator('.editor-instance .codelens-decoration').filter({ visible: true });
  }

  /** The item of the status bar that names the device. */
  public get deviceItem(): Locator {
    return this.page
      .locator('.part.statusbar .statusbar-item[id$="headroom.device"]')
      .filter({ visible: true });
  }

  /** Rows of the Problems view, files and problems, once it is in front. */
  public async problems(): Promise<Locator> {
    await this.runCommand('Problems: Focus on Problems View');
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  /** Colours the window and the panel by the theme called `name`, which must not be the present one. */
  public async setTheme(name: string): Promise<void> {
    const before = await this.panelColours();
    await this.runCommand('Preferences: Color Theme');
    await this.quickInput.fill(name);
    await this.quickPick(name).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.quickInput.waitFor({ state: 'hidden' });
    const end = Date.now() + 10_000;
    while ((await this.panelColours()) === before) {
      if (Date.now() > end) throw new Error(`The theme ${name} did not reach the panel: it has ${before}.`);
      await this.page.waitForTimeout(50);
    }
  }

  /** Waits until the panel shows `text`. */
  public async panelSays(text: string | RegExp, timeout = 30_000): Promise<void> {
    await this.panel.getByText(text).filter({ visible: true }).first().waitFor({ timeout });
  }

  /** Foreground and background of the panel, as computed. */
  public async panelColours(): Promise<string> {
    return this.panel.locator('body').evaluate((body) => {
      const { color, backgroundColor } = getComputedStyle(body);
      return `${color} on ${backgroundColor}`;
    });
  }

  /** The panel's document, inside the two frames that the editor puts around a webview. */
  public get panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** Tab of a config.json open in an editor. */
  public get configTab(): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: /^config\.json/ });
  }

  public get panelTab(): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: /^Headroom: / });
  }

  /** Text of the whole panel, as rendered. */
  public async panelText(): Promise<string> {
    return this.panel.locator('body').innerText();
  }

  public async screenshot(name: string): Promise<void> {
    await mkdir(screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }

  /** The whole panel from top to bottom, in a window tall enough for it. */
  public async screenshotPanel(name: string): Promise<void> {
    await mkdir(screenshots, { recursive: true });
    await this.screenshot(name);
    const height = await this.panel.locator('body').evaluate((body) => body.scrollHeight);
    const size = this.page.viewportSize() ?? { width: 1500, height: 1000 };
    await this.page.setViewportSize({ width: size.width, height: height + 150 });
    await this.page.waitForTimeout(1000);
    await this.panel.locator('body').screenshot({ path: path.join(screenshots, `${name}-panel.png`) });
    await this.page.setViewportSize(size);
  }

  /** Closes the side bar and gives the panel most of the width, as a reader of it would. */
  public async showPanelWide(): Promise<void> {
    await this.runCommand('View: Close Primary Side Bar');
    const group = await this.page.locator('.part.editor .editor-group-container').last().boundingBox();
    if (!group) throw new Error('No editor is open.');
    const y = group.y + group.height / 2;
    await this.page.mouse.move(group.x, y); // The border of the two, which can be dragged.
    await this.page.mouse.down();
    await this.page.mouse.move(500, y, { steps: 5 });
    await this.page.mouse.up();
  }

  private async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .explorer-folders-view .monaco-list-row').first().waitFor({
      timeout: 60_000,
    });
  }
}
