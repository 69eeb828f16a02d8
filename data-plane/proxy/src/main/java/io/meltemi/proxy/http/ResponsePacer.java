package io.meltemi.proxy.http;

import io.meltemi.proxy.loop.Expiry;
import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Lets a response's body go no faster than a rate. Confined to its event loop; owns what waits.
///
/// Envoy: sixteen slices a second, of which a whole second's may be saved; the first goes at once.
/// Headers are not held back.
final class ResponsePacer implements Expiry {
    private static final int SLICES_PER_SECOND = 16;
    private static final long SLICE_NANOS = 1_000_000_000L / SLICES_PER_SECOND;

    /// More waits only until the upstream has taken notice.
    private static final long FULL_BYTES = 64 * 1024;

    private final WorkerLoop loop;
    private final Sink sink;
    private final long bytesPerSlice;
    private final Timer timer = new Timer(this);
    private final Deque<ByteBuf> waiting = new ArrayDeque<>();
    private @Nullable HeaderMap trailers;
    private long waitingBytes;
    private long slices;
    private long countedNanos;
    private boolean begun;
    private boolean ends;
    private boolean armed;
    private boolean wasFull;

    /// Where the body goes on.
    interface Sink {
        /// @param data released by the sink, always
        void paced(ByteBuf data, boolean endStream);

        void pacedTrailers(HeaderMap trailers);

        /// There is room again, after there was none.
        void roomAgain();
    }

    ResponsePacer(WorkerLoop loop, Sink sink, long bytesPerSecond) {
        this.loop = loop;
        this.sink = sink;
        this.bytesPerSlice = Math.max(1, bytesPerSecond / SLICES_PER_SECOND);
    }

    /// Takes the data over.
    void add(ByteBuf data, boolean endStream) {
        ends |= endStream;
        if (data.isReadable()) {
            waitingBytes += data.readableBytes();
            waiting.addLast(data);
        } else {
            data.release();
        }
        goOn();
    }

    /// The body is over and these follow it.
    void end(HeaderMap last) {
        trailers = last;
        goOn();
    }

    /// Whether more than a little waits.
    boolean isFull() {
        wasFull |= waitingBytes >= FULL_BYTES;
        return wasFull;
    }

    private void goOn() {
        if (!armed) {
            release();
        }
    }

    @Override
    public void expired(Timer expired) {
        armed = false;
        release();
    }

    private void release() {
        long room = takeSlices() * bytesPerSlice;
        while (room > 0 && !waiting.isEmpty()) {
            ByteBuf first = waiting.getFirst();
            ByteBuf next;
            if (first.readableBytes() <= room) {
                next = waiting.removeFirst();
            } else {
                next = first.readRetainedSlice((int) room);
            }
            room -= next.readableBytes();
            waitingBytes -= next.readableBytes();
            boolean last = waiting.isEmpty() && ends;
            sink.paced(next, last);
            if (last) {
                return;
            }
        }
        if (!waiting.isEmpty()) {
            armed = true;
            loop.timers().arm(timer, SLICE_NANOS);
        } else {
            afterBody();
        }
        if (wasFull && waitingBytes < FULL_BYTES / 2) {
            wasFull = false;
            sink.roomAgain();
        }
    }

    private void afterBody() {
        HeaderMap last = trailers;
        if (last != null) {
            trailers = null;
            sink.pacedTrailers(last);
        } else if (ends) {
            sink.paced(Unpooled.EMPTY_BUFFER, true);
        }
    }

    private long takeSlices() {
        long now = loop.nanos();
        if (!begun) {
            begun = true;
            countedNanos = now;
            slices = 1;
        }
        long came = (now - countedNanos) / SLICE_NANOS;
        countedNanos += came * SLICE_NANOS;
        slices = Math.min(SLICES_PER_SECOND, slices + came);
        long needed = (waitingBytes + bytesPerSlice - 1) / bytesPerSlice;
        long taken = Math.min(slices, needed);
        slices -= taken;
        return taken;
    }

    /// The exchange is over.
    void close() {
        loop.timers().cancel(timer);
        waiting.forEach(ByteBuf::release);
        waiting.clear();
    }
}
