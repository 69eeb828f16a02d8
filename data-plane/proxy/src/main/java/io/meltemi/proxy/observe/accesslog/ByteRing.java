package io.meltemi.proxy.observe.accesslog;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Lines on their way from one worker to the thread that writes the file. One event loop writes,
/// one thread reads; no locks, bounded, and the memory is made with the first line. `HOT`.
final class ByteRing {
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle BYTES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(ByteRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(ByteRing.class, "tail", long.class);
            BYTES = lookup.findVarHandle(ByteRing.class, "bytes", byte[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacity;
    private byte @Nullable [] bytes;

    /// Bytes ever written; moved by the event loop.
    private long head;

    /// Bytes ever read; moved by the writing thread.
    private long tail;

    /// @param capacity a power of two
    ByteRing(int capacity) {
        this.capacity = capacity;
    }

    /// Takes a whole line or nothing; false when there is no room. Only on the event loop.
    boolean offer(byte[] line, int length) {
        byte[] ring = bytes;
        if (ring == null) {
            ring = new byte[capacity];
            BYTES.setRelease(this, ring);
        }
        long at = head;
        if (length > capacity - (at - (long) TAIL.getAcquire(this))) {
            return false;
        }
        int index = (int) (at & (capacity - 1));
        int first = Math.min(length, capacity - index);
        System.arraycopy(line, 0, ring, index, first);
        System.arraycopy(line, first, ring, 0, length - first);
        HEAD.setRelease(this, at + length);
        return true;
    }

    /// Whether more than half is full, so that the writer should not wait for its next turn.
    boolean isPressing() {
        return head - (long) TAIL.getAcquire(this) > capacity / 2;
    }

    /// Writes everything there is and frees it, also when writing fails; false when there was
    /// nothing. Only on the writing thread.
    boolean drainTo(OutputStream out) throws IOException {
        long end = (long) HEAD.getAcquire(this);
        byte[] ring = (byte[]) BYTES.getAcquire(this);
        if (ring == null || end == tail) {
            return false;
        }
        int index = (int) (tail & (capacity - 1));
        int length = (int) (end - tail);
        int first = Math.min(length, capacity - index);
        try {
            out.write(ring, index, first);
            if (length > first) {
                out.write(ring, 0, length - first);
            }
        } finally {
            TAIL.setRelease(this, end);
        }
        return true;
    }
}
