import { listGraphics } from './graphics/listGraphics';

/** The process that asks the system for its GPUs: it sends one list, empty where it failed, and ends. */
void listGraphics()
  .catch(() => [])
  .then((devices) => {
    process.send?.(devices, undefined, undefined, () => {
      process.disconnect();
    });
  });

// The parent is gone: nobody reads the list.
process.once('disconnect', () => {
  process.exit(0);
});
