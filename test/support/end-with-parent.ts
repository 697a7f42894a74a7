/**
 * A worker of the tests whose parent is killed is told nothing but that its channel is closed; with a test that waits for
 * ever it would wait on, and all it has started with it.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
