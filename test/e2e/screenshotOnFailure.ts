import type { Workbench } from './workbench';

/** To be called in a suite: what VS Code looked like when a test failed is kept in out/screenshots. */
export function screenshotOnFailure(workbench: () => Workbench): void {
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await workbench().screenshot(`failed-${this.currentTest.title.replace(/[^\w-]+/g, '-').slice(0, 60)}`);
  });
}
