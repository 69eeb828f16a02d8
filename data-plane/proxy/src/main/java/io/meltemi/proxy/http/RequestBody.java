package io.meltemi.proxy.http;

import io.meltemi.proxy.filter.BodyStage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parts of a request's body that are kept: because no upstream stream is there yet, or because
/// the request may have to be sent again. Confined to its event loop; owns its buffers.
final class RequestBody {
    /// Envoy's `per_connection_buffer_limit_bytes`.
    static final int MAX_BYTES = 1024 * 1024;

    private @Nullable List<ByteBuf> parts;
    private long bytes;
    private boolean ended;

    /// Takes over the buffer.
    void add(ByteBuf data) {
        if (!data.isReadable()) {
            data.release();
            return;
        }
        if (parts == null) {
            parts = new ArrayList<>();
        }
        parts.add(data);
        bytes += data.readableBytes();
    }

    void end() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }

    boolean isEmpty() {
        return parts == null || parts.isEmpty();
    }

    /// How much is kept.
    long bytes() {
        return bytes;
    }

    /// More than should be kept.
    boolean isFull() {
        return bytes > MAX_BYTES;
    }

    /// The first bytes, copied.
    byte[] copy(int most) {
        byte[] copy = new byte[(int) Math.min(most, bytes)];
        int at = 0;
        for (int i = 0; parts != null && i < parts.size() && at < copy.length; i++) {
            ByteBuf part = parts.get(i);
            int count = Math.min(part.readableBytes(), copy.length - at);
            part.getBytes(part.readerIndex(), copy, at, count);
            at += count;
        }
        return copy;
    }

    /// Lets everything pass a stage.
    ///
    /// @param ends whether the last part is the message's last
    void pass(BodyStage stage, boolean ends) {
        List<ByteBuf> before = parts == null ? List.of() : parts;
        parts = null;
        bytes = 0;
        for (int i = 0; i < before.size(); i++) {
            add(stage.onData(before.get(i), ends && i == before.size() - 1));
        }
        if (ends && before.isEmpty()) {
            add(stage.onData(Unpooled.EMPTY_BUFFER, true));
        }
    }

    /// Sends what there is.
    ///
    /// @param keep whether it may be needed again
    /// @param mayEnd whether the last part ends the request; false when trailers follow
    void sendTo(MessageSender sender, boolean keep, boolean mayEnd) {
        if (parts != null) {
            for (int i = 0; i < parts.size(); i++) {
                ByteBuf part = parts.get(i);
                boolean last = mayEnd && ended && i == parts.size() - 1;
                sender.sendData(keep ? part.retainedDuplicate() : part, last);
            }
            if (!keep) {
                parts.clear();
                bytes = 0;
            }
        }
    }

    /// Adds what there is to another body, for which the parts are counted again.
    void copyTo(RequestBody other) {
        if (parts != null) {
            for (ByteBuf part : parts) {
                other.add(part.retainedDuplicate());
            }
        }
        if (ended) {
            other.end();
        }
    }

    /// Forgets what is kept.
    void release() {
        if (parts != null) {
            parts.forEach(ByteBuf::release);
            parts.clear();
        }
        bytes = 0;
    }
}
