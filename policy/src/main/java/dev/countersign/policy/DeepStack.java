package dev.countersign.policy;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Runs the reference on a thread with much stack. Its native code recurses over a policy's tree, and where its stack ends
 * it takes the whole process down instead of throwing.
 */
final class DeepStack {
    /** Stack of the thread, bytes; only what is used costs memory. With the limits of {@link PolicyText} and
     * {@link Lexis} it is ample. */
    static final long STACK_BYTES = 256L << 20;

    private DeepStack() {}

    /** A thread with so much stack, not yet started. */
    static Thread thread(Runnable task) {
        var thread = new Thread(null, task, "policy-loader", STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    static <T> T load(Callable<T> loading) throws PolicyLoadException {
        var task = new FutureTask<T>(loading);
        thread(task).start();
        var interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true; // loading ends by itself, and soon
                }
            }
        } catch (ExecutionException e) {
            throw refusal(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static PolicyLoadException refusal(@Nullable Throwable cause) {
        return switch (cause) {
            case PolicyLoadException refused -> refused;
            case null -> throw new IllegalStateException("loading failed without a cause");
            case RuntimeException bug -> throw bug;
            case Error error -> throw error;
            default -> throw new IllegalStateException(cause);
        };
    }
}
