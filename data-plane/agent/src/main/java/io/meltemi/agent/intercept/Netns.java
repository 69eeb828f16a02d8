package io.meltemi.agent.intercept;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/// A network namespace that a thread of this JVM can enter. Immutable.
///
/// The kernel keeps the namespace per thread, and a socket belongs for ever to the namespace of the
/// thread that made it. So a thread enters once, before its first socket, and never leaves. Virtual
/// threads must stay away: they would take their carrier along.
///
/// @param path a file that stands for the namespace, e.g. `/run/netns/invoice`
public record Netns(Path path) {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN =
            call(
                    "open",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle SETNS =
            call(
                    "setns",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    @SuppressWarnings("restricted") // setns(2) has no other door from Java.
    private static MethodHandle call(String name, FunctionDescriptor signature) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                signature,
                Linker.Option.captureCallState("errno"));
    }

    /// The namespace that `ip netns` knows by this name.
    public static Netns named(String name) {
        return new Netns(Path.of("/run/netns", name));
    }

    /// Moves the calling platform thread into this namespace for the rest of its life.
    ///
    /// @throws IOException when the file is missing or the kernel refuses
    public void enter() throws IOException {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread would drag its carrier into " + path);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int descriptor =
                    (int)
                            OPEN.invokeExact(
                                    state, arena.allocateFrom(path.toString()), O_RDONLY_CLOEXEC);
            if (descriptor < 0) {
                throw failed("open", state);
            }
            try {
                if ((int) SETNS.invokeExact(state, descriptor, CLONE_NEWNET) != 0) {
                    throw failed("setns", state);
                }
            } finally {
                int _ = (int) CLOSE.invokeExact(state, descriptor);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("setns by foreign function", e);
        }
    }

    private IOException failed(String call, MemorySegment state) {
        int errno = (int) ERRNO.get(state, 0L);
        String likely =
                switch (errno) {
                    case 1 -> " (not permitted: the namespace belongs to another user namespace)";
                    case 2 -> " (no such namespace)";
                    case 22 -> " (not a network namespace)";
                    default -> "";
                };
        return new IOException(call + " " + path + ": errno " + errno + likely);
    }

    /// Threads that live in this namespace; what they run never sees another one.
    public ThreadFactory threads(String name) {
        return task ->
                new FastThreadLocalThread(
                        () -> {
                            enterOrDie();
                            task.run();
                        },
                        name);
    }

    private void enterOrDie() {
        try {
            enter();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs one thing inside and waits for it; its thread ends with it.
    public <T> T call(Callable<T> inside) throws IOException, InterruptedException {
        FutureTask<T> task =
                new FutureTask<>(() -> {
                    enter();
                    return inside.call();
                });
        Thread.ofPlatform().daemon().name("in " + path.getFileName()).start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IOException("in " + path + ": " + e.getCause(), e.getCause());
        }
    }
}
