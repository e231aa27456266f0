/** Anything that holds on to something until `dispose` is called; vscode's own have this shape. */
export interface Disposes {
  dispose(): unknown;
}

/** Base of everything that owns listeners, processes or panels. What is registered ends with it. */
export abstract class Disposable {
  private readonly owned: Disposes[] = [];
  private disposed = false;

  protected get isDisposed(): boolean {
    return this.disposed;
  }

  /** Ties `item` to this object's life. Disposes it at once when that life is already over. */
  protected _register<T extends Disposes>(item: T): T {
    if (this.disposed) item.dispose();
    else this.owned.push(item);
    return item;
  }

  /** Disposes what was registered, the newest first. Further calls do nothing. */
  public dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const item of this.owned.splice(0).reverse()) item.dispose();
  }
}
